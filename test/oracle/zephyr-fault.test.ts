/** What tells Xen of Zephyr's faults and hangs: compiled for arm64, and run here against a Xen that writes down what it is asked. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const work = mkdtempSync(join(tmpdir(), 'domforge-zephyr-fault-'))
afterAll(() => rmSync(work, { recursive: true }))

const SOURCE = new URL('../../examples/guest-panic/zephyr/xen_fault.c', import.meta.url).pathname

/** Of Zephyr's declarations those that the source uses; numbers and structures are Xen's (xen/include/public/sched.h). */
const HEADERS = {
  'zephyr/xen/public/xen.h': '#include <stdint.h>\n',
  'zephyr/xen/public/sched.h': `#include <stdint.h>
#define SCHEDOP_shutdown 2
#define SCHEDOP_watchdog 6
#define SHUTDOWN_crash 3
struct sched_shutdown { unsigned int reason; };
struct sched_watchdog { uint32_t id; uint32_t timeout; };
`,
  'zephyr/arch/arm64/hypercall.h': 'int HYPERVISOR_sched_op(int op, void *param);\n',
  'zephyr/fatal.h': `struct arch_esf;
void k_sys_fatal_error_handler(unsigned int reason, const struct arch_esf *frame);
`,
  'zephyr/kernel.h': `#include <stddef.h>
#include <stdint.h>
typedef struct { int64_t ticks; } k_timeout_t;
#define K_MSEC(milliseconds) ((k_timeout_t){ (milliseconds) })
#define K_LOWEST_APPLICATION_THREAD_PRIO 14
#define ARG_UNUSED(argument) (void)(argument)
#define CODE_UNREACHABLE __builtin_unreachable()
int32_t k_sleep(k_timeout_t timeout);
void k_panic(void);
typedef void (*k_thread_entry_t)(void *, void *, void *);
struct thread { int stack, priority, delay; k_thread_entry_t entry; };
#define K_THREAD_DEFINE(name, stack, entry, a, b, c, priority, options, delay) \\
	const struct thread name = { stack, priority, delay, entry }
`,
} as const

/** Runs the thread until its third sleep, or what the word says goes wrong; a call of Xen that does not return ends the program. */
const MACHINE = `#include <zephyr/arch/arm64/hypercall.h>
#include <zephyr/fatal.h>
#include <zephyr/kernel.h>
#include <zephyr/xen/public/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
extern const struct thread xen_watchdog;
static const char *fails = "";
static int calls, naps;
int HYPERVISOR_sched_op(int op, void *param)
{
	struct sched_watchdog *asked = param;

	if (op == SCHEDOP_shutdown) {
		printf("shutdown %u\\n", ((struct sched_shutdown *)param)->reason);
		exit(0);
	}
	printf("op %d id %u timeout %u\\n", op, asked->id, asked->timeout);
	/* Xen writes over nothing of the caller's; this shows whether the caller relies on that. */
	memset(asked, 0xff, sizeof(*asked));
	calls++;
	if (strcmp(fails, calls == 1 ? "arming" : "feeding") == 0)
		return -22;
	return calls == 1 ? 2 : 0;
}
int32_t k_sleep(k_timeout_t timeout)
{
	printf("sleep %lld\\n", (long long)timeout.ticks);
	if (++naps == 3)
		exit(0);
	return 0;
}
void k_panic(void)
{
	puts("panic");
	k_sys_fatal_error_handler(4, NULL);
}
int main(int count, char **words)
{
	if (count > 1)
		fails = words[1];
	if (strcmp(fails, "fault") == 0)
		k_sys_fatal_error_handler(0, NULL);
	printf("priority %d delay %d\\n", xen_watchdog.priority, xen_watchdog.delay);
	xen_watchdog.entry(NULL, NULL, NULL);
	return 1;
}
`

const put = (path: string, text: string): string => {
  mkdirSync(dirname(join(work, path)), { recursive: true })
  writeFileSync(join(work, path), text)
  return join(work, path)
}
for (const [path, text] of Object.entries(HEADERS)) put(path, text)
const STRICT = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Wundef', '-Wshadow', '-Werror', `-I${work}`] as const

it('compiles for arm64, without a library', () => {
  const object = join(work, 'fault.o')
  execFileSync('aarch64-linux-gnu-gcc', [...STRICT, '-ffreestanding', '-DSECONDS=30', '-c', '-o', object, SOURCE])
  const symbols = execFileSync('aarch64-linux-gnu-nm', [object], { encoding: 'utf8' })
  expect([...symbols.matchAll(/ U (\w+)/g)].map(([, name]) => name).toSorted()).toEqual([
    ...['HYPERVISOR_sched_op', 'k_panic', 'k_sleep'],
  ])
  expect(symbols).toMatch(/ T k_sys_fatal_error_handler$/m)
})

const program = join(work, 'machine')
execFileSync('gcc', [...STRICT, '-DSECONDS=6', '-o', program, SOURCE, put('machine.c', MACHINE)])
const said = (word: string): readonly string[] =>
  execFileSync(program, [word], { encoding: 'utf8' }).trimEnd().split('\n')

const ARMED = ['priority 14 delay 0', 'op 6 id 0 timeout 6']

it('reports a fault as a crash', () => {
  expect(said('fault')).toEqual(['shutdown 3'])
})

it('arms one watchdog, and feeds that one three times in its time, from the thread that runs last of all', () => {
  expect(said('nothing')).toEqual([
    ...ARMED,
    ...['sleep 2000', 'op 6 id 2 timeout 6', 'sleep 2000', 'op 6 id 2 timeout 6', 'sleep 2000'],
  ])
})

it('ends as a crash where it cannot arm or feed it, and does not go on unwatched', () => {
  expect(said('arming')).toEqual([...ARMED, 'panic', 'shutdown 3'])
  expect(said('feeding')).toEqual([...ARMED, 'sleep 2000', 'op 6 id 2 timeout 6', 'panic', 'shutdown 3'])
})
