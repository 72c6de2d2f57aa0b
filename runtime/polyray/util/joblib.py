"""A joblib backend: `register_ray()`, then `joblib.parallel_backend("ray")`."""

from __future__ import annotations

from typing import Any

import polyray as ray


def register_ray() -> None:
    """Let joblib know of the backend; raises ImportError without joblib."""
    from joblib import register_parallel_backend
    from joblib._parallel_backends import MultiprocessingBackend

    from polyray.util.multiprocessing import Pool

    class Backend(MultiprocessingBackend):  # type: ignore[misc]
        """joblib's own batching on our pool."""

        def effective_n_jobs(self, n_jobs: int | None) -> int:
            if not ray.is_initialized():
                ray.init()
            cpus = max(1, int(ray.cluster_resources().get("CPU", 1)))
            return cpus if n_jobs is None or n_jobs < 0 else n_jobs

        def configure(
            self,
            n_jobs: int = 1,
            parallel: Any = None,
            prefer: Any = None,
            require: Any = None,
            **_options: Any,
        ) -> int:
            n_jobs = self.effective_n_jobs(n_jobs)
            self._pool: Pool | None = Pool(n_jobs)
            self.parallel = parallel
            return n_jobs

        def terminate(self) -> None:
            if self._pool is not None:
                self._pool.terminate()
                self._pool = None

    register_parallel_backend("ray", Backend)
