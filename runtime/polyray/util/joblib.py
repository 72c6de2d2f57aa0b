"""A joblib backend: `register_ray()`, then `joblib.parallel_backend("ray")`."""

import polyray as ray


def register_ray():
    """Let joblib know of the backend; raises ImportError without joblib."""
    from joblib import register_parallel_backend
    from joblib._parallel_backends import MultiprocessingBackend

    from polyray.util.multiprocessing import Pool

    class Backend(MultiprocessingBackend):
        """joblib's own batching on our pool."""

        def effective_n_jobs(self, n_jobs):
            if not ray.is_initialized():
                ray.init()
            cpus = max(1, int(ray.cluster_resources().get("CPU", 1)))
            return cpus if n_jobs is None or n_jobs < 0 else n_jobs

        def configure(self, n_jobs=1, parallel=None, prefer=None, require=None, **_options):
            n_jobs = self.effective_n_jobs(n_jobs)
            self._pool = Pool(n_jobs)
            self.parallel = parallel
            return n_jobs

        def terminate(self):
            if self._pool is not None:
                self._pool.terminate()
                self._pool = None

    register_parallel_backend("ray", Backend)
