/* A plugin for QEMU's user emulation that counts the instructions of a guest program, exactly.
 *
 * Each thread of the guest has a counter of its own. A guest marks a moment by closing a
 * descriptor that cannot be open, MARK_BASE + number: natively that is a harmless EBADF. Every
 * mark, and the end of the process, appends a line to the file named by the argument `out=`:
 *
 *     mark <number> pid <pid> own <count> all <count> threads <count>
 *     exit 0 pid <pid> own <count> all <count> threads <count>
 *
 * `own` is what the marking thread has executed since the process began, `all` what every thread
 * has. What a forked child has counted includes what its parent had.
 *
 * The declarations below are the few of version 1 of the plugin interface that are used (QEMU 4.2
 * to 8.1): no package has its header.
 */

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define MARK_BASE (-1230700544) /* 0xB6A50000: no descriptor is negative */
#define MARKS 65536
#define THREADS 4096
#define CACHE_LINE 64

typedef uint64_t plugin_id;
typedef struct {
    const char *target_name;
    struct { int min, cur; } version;
    bool system_emulation;
    union { struct { int smp_vcpus, max_vcpus; } system; };
} emulator_info;
struct block;

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct block *));
extern size_t qemu_plugin_tb_n_insns(const struct block *);
extern void qemu_plugin_register_vcpu_tb_exec_cb(
    struct block *, void (*)(unsigned, void *), int flags, void *);
extern void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *), void *);
extern void qemu_plugin_register_vcpu_syscall_cb(
    plugin_id, void (*)(plugin_id, unsigned, int64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                        uint64_t, uint64_t, uint64_t, uint64_t));

EXPORT int qemu_plugin_version = 1;

/* One cell a thread, each on a cache line of its own: no two threads ever write the same one. */
static struct { uint64_t count; char padding[CACHE_LINE - sizeof(uint64_t)]; } counted[THREADS];
static int64_t close_call;
static char out[4096];

static void append(const char *what, long number, unsigned thread)
{
    uint64_t all = 0;
    int threads = 0;
    for (int i = 0; i < THREADS; i++) {
        all += counted[i].count;
        threads += counted[i].count != 0;
    }
    char line[256];
    int length = snprintf(line, sizeof line, "%s %ld pid %ld own %llu all %llu threads %d\n", what,
                          number, (long)getpid(), (unsigned long long)counted[thread].count,
                          (unsigned long long)all, threads);
    int file = open(out, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0 || write(file, line, (size_t)length) != length)
        fprintf(stderr, "instructions: cannot write to %s\n", out);
    if (file >= 0)
        close(file);
}

static void on_execution(unsigned thread, void *instructions)
{
    counted[thread % THREADS].count += (uintptr_t)instructions;
}

static void on_translation(plugin_id id, struct block *block)
{
    (void)id;
    uintptr_t instructions = qemu_plugin_tb_n_insns(block);
    qemu_plugin_register_vcpu_tb_exec_cb(block, on_execution, 0, (void *)instructions);
}

static void on_system_call(plugin_id id, unsigned thread, int64_t number, uint64_t descriptor,
                           uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g,
                           uint64_t h)
{
    (void)id, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
    int64_t mark = (int64_t)(int32_t)descriptor - MARK_BASE;
    if (number == close_call && mark >= 0 && mark < MARKS)
        append("mark", (long)mark, thread % THREADS);
}

static void at_exit(plugin_id id, void *unused)
{
    (void)id, (void)unused;
    append("exit", 0, 0);
}

static int refuse(const char *why, const char *what)
{
    fprintf(stderr, "instructions: %s %s\n", why, what);
    return -1;
}

EXPORT int qemu_plugin_install(plugin_id id, const emulator_info *info, int count, char **words)
{
    for (int i = 0; i < count; i++) {
        if (strncmp(words[i], "out=", 4) != 0 || strlen(words[i]) - 4 >= sizeof out)
            return refuse("unknown argument", words[i]);
        strcpy(out, words[i] + 4);
    }
    if (out[0] != '/')
        return refuse("out= must be an absolute path, not", out);
    if (strcmp(info->target_name, "x86_64") == 0)
        close_call = 3;
    else if (strcmp(info->target_name, "aarch64") == 0)
        close_call = 57;
    else
        return refuse("no system calls known of", info->target_name);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_vcpu_syscall_cb(id, on_system_call);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
