/*
 * Runs the machine code of the MIDI callback from several threads at once, with one consumer.
 *
 *   stress CODE CALLBACK-OFFSET COUNTER-OFFSET flood PRODUCERS MESSAGES SLOTS
 *   stress CODE CALLBACK-OFFSET COUNTER-OFFSET paced PRODUCERS MESSAGES SLOTS
 *   stress CODE CALLBACK-OFFSET COUNTER-OFFSET asleep PRODUCERS MESSAGES SLOTS
 *   stress CODE CALLBACK-OFFSET COUNTER-OFFSET image MESSAGES SLOTS
 *
 * CODE is a file with the bytes of callback-code.ts. `flood` does not wait for the consumer: what was
 * accepted must arrive once, whole and in its producer's order, and what did not arrive must have
 * been counted. `paced` never has more messages under way than the ring has slots: nothing may be
 * refused. `asleep` is paced, and the consumer does not look by itself: whenever the ring is empty it asks to
 * be woken, and sleeps; a message that wakes nobody is a fault. `image` pushes from one thread and writes
 * the ring's memory to standard output.
 *
 * The ring is laid out as src/winmm/callback-ring.ts says, and begins shortly before its 32-bit
 * head and tail wrap. Exit code 0 if all is well, 1 with a sentence on standard error if not.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#if defined(__x86_64__)
#define WINDOWS_ABI __attribute__((ms_abi))
#else
#define WINDOWS_ABI
#endif

typedef WINDOWS_ABI void (*callback_fn)(void *handle, uint32_t wMsg, uint64_t dwInstance,
                                        uint64_t dwParam1, uint64_t dwParam2);
typedef WINDOWS_ABI uint64_t (*counter_fn)(void);

enum { HEAD = 0, TAIL = 64, MASK = 128, WAITING = 132, WAKER = 136, ARGUMENT = 144, LOST = 192, SLOTS = 256, SLOT_SIZE = 24 };
/* Counters are read out of order and on two cores; half of another counter would be off by more. */
enum { COUNTER_SLACK = 1 << 24 };
enum { PUBLISHED_BIT = 31, RELEASE_EVERY = 1024, MAX_PRODUCERS = 16, LOST_WAKE_S = 20 };

static const uint32_t FIRST = 0xfffff000u;

static callback_fn callback;
static counter_fn read_counter;
static unsigned char *ring;
static uint32_t mask, tail;

static unsigned producers;
static uint32_t messages;
static int paced;
static sem_t bell;
static uint32_t sleeps;
static atomic_uint wakes;
static uint64_t first_counter;
static atomic_uint finished;
/* Per producer: how many slots the consumer has given back, and which messages arrived. */
static atomic_uint released[MAX_PRODUCERS];
static uint32_t next_sequence[MAX_PRODUCERS], received[MAX_PRODUCERS];

static void fail(const char *format, ...) {
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  exit(1);
}

static _Atomic uint32_t *word(uint32_t offset) { return (_Atomic uint32_t *)(ring + offset); }

static uint32_t plain(uint32_t offset) {
  return atomic_load_explicit(word(offset), memory_order_relaxed);
}

/* What message `sequence` of a producer looks like: every word of it depends on both. */
static uint32_t message_of(uint32_t sequence) { return 0x3c1 + sequence % 12; }
static uint64_t param1_of(unsigned producer, uint32_t sequence) {
  return ((uint64_t)(producer + 1) << 44) | ((uint64_t)(sequence ^ 0x55aa55aau) << 8) | producer;
}
static uint32_t param2_of(unsigned producer, uint32_t sequence) {
  return (uint32_t)producer << 28 | sequence;
}

static void push(unsigned producer, uint32_t sequence) {
  uint64_t upper_half_to_ignore = 0xdeadbeefull << 32;
  callback((void *)0x1234, message_of(sequence), (uint64_t)(uintptr_t)ring,
           param1_of(producer, sequence), upper_half_to_ignore | param2_of(producer, sequence));
}

static void *produce(void *argument) {
  unsigned producer = (unsigned)(uintptr_t)argument;
  uint32_t share = (mask + 1) / producers;
  for (uint32_t sequence = 0; sequence < messages; sequence++) {
    while (paced && sequence - atomic_load(&released[producer]) >= share) sched_yield();
    push(producer, sequence);
    if (!paced && sequence % (mask + 1) == 0) sched_yield();
  }
  atomic_fetch_add(&finished, 1);
  return NULL;
}

static void check_message(uint32_t state, uint64_t dwParam1, uint32_t dwParam2, uint64_t counter) {
  unsigned producer = dwParam2 >> 28;
  uint32_t sequence = dwParam2 & 0x0fffffffu;
  if (producer >= producers || sequence >= messages) fail("dwParam2 %08x is nobody's", dwParam2);
  if (state != (message_of(sequence) | 1u << PUBLISHED_BIT)) fail("torn: state %08x", state);
  if (dwParam1 != param1_of(producer, sequence)) fail("torn: dwParam1 %llx", (long long)dwParam1);
  if (counter < first_counter || counter > read_counter() + COUNTER_SLACK)
    fail("counter %llu is not of this run", (long long)counter);
  if (sequence < next_sequence[producer])
    fail("producer %u: message %u after message %u", producer, sequence, next_sequence[producer] - 1);
  next_sequence[producer] = sequence + 1;
  received[producer]++;
}

/* The steps of CallbackRing.drain, one by one. */
static uint32_t drain(uint32_t limit) {
  uint32_t taken = 0;
  while (taken < limit) {
    uint32_t slot = SLOTS + (tail & mask) * SLOT_SIZE;
    uint32_t state = atomic_load(word(slot));
    if (state == 0) break;
    uint32_t dwParam2 = plain(slot + 4);
    uint64_t dwParam1 = plain(slot + 8) | (uint64_t)plain(slot + 12) << 32;
    uint64_t counter = plain(slot + 16) | (uint64_t)plain(slot + 20) << 32;
    atomic_store_explicit(word(slot), 0, memory_order_relaxed);
    tail++;
    taken++;
    if ((taken & (RELEASE_EVERY - 1)) == 0) atomic_store(word(TAIL), tail);
    check_message(state, dwParam1, dwParam2, counter);
  }
  atomic_store(word(TAIL), tail);
  for (unsigned producer = 0; producer < producers; producer++)
    atomic_store(&released[producer], received[producer]);
  return taken;
}

static void load_code(const char *path, unsigned long callback_offset, unsigned long counter_offset) {
  FILE *file = fopen(path, "rb");
  unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (file == NULL || page == MAP_FAILED || fread(page, 1, 4096, file) == 0) fail("no code: %s", path);
  fclose(file);
  if (mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0) fail("the page cannot be made executable");
  __builtin___clear_cache((char *)page, (char *)page + 4096);
  callback = (callback_fn)(page + callback_offset);
  read_counter = (counter_fn)(page + counter_offset);
}

static size_t make_ring(uint32_t slots) {
  size_t size = SLOTS + (size_t)slots * SLOT_SIZE;
  ring = aligned_alloc(64, (size + 63) / 64 * 64);
  memset(ring, 0, size);
  mask = slots - 1;
  tail = FIRST;
  atomic_store(word(HEAD), FIRST);
  atomic_store(word(TAIL), FIRST);
  atomic_store(word(MASK), mask);
  return size;
}

/* What the callback jumps to. */
static WINDOWS_ABI void wake(void *argument) {
  atomic_fetch_add_explicit(&wakes, 1, memory_order_relaxed);
  sem_post(argument);
}

static void set_waker(void) {
  uint64_t function = (uint64_t)(uintptr_t)wake, argument = (uint64_t)(uintptr_t)&bell;
  sem_init(&bell, 0, 0);
  memcpy(ring + WAKER, &function, sizeof function);
  memcpy(ring + ARGUMENT, &argument, sizeof argument);
}

/* The steps of CallbackRing.arm; then sleeps, unless there is something already. */
static void sleep_until_woken(void) {
  struct timespec limit;
  atomic_exchange(word(WAITING), 1);
  if (atomic_load(word(HEAD)) != tail) return;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += LOST_WAKE_S;
  sleeps++;
  while (sem_timedwait(&bell, &limit) != 0)
    if (errno != EINTR) fail("a message woke nobody");
}

static void run_asleep(void) {
  pthread_t threads[MAX_PRODUCERS];
  set_waker();
  for (unsigned producer = 0; producer < producers; producer++) {
    pthread_create(&threads[producer], NULL, produce, (void *)(uintptr_t)producer);
  }
  for (uint32_t arrived = 0; arrived < producers * messages;) {
    uint32_t taken = drain(UINT32_MAX);
    arrived += taken;
    if (taken == 0) sleep_until_woken();
  }
  for (unsigned producer = 0; producer < producers; producer++) pthread_join(threads[producer], NULL);
  if (sleeps == 0 || atomic_load(&wakes) < sleeps) fail("%u sleeps, %u wakes", sleeps, atomic_load(&wakes));
}

static void check_losses(void) {
  uint32_t lost = atomic_load(word(LOST));
  uint32_t arrived = 0;
  for (unsigned producer = 0; producer < producers; producer++) arrived += received[producer];
  if (arrived + lost != producers * messages)
    fail("%u arrived and %u were refused, of %u", arrived, lost, producers * messages);
  if (atomic_load(word(HEAD)) != tail || tail != FIRST + arrived) fail("head and tail do not meet");
  printf("%u arrived, %u refused\n", arrived, lost);
}

static void run(void) {
  pthread_t threads[MAX_PRODUCERS];
  for (unsigned producer = 0; producer < producers; producer++) {
    pthread_create(&threads[producer], NULL, produce, (void *)(uintptr_t)producer);
  }
  for (uint32_t turn = 0; atomic_load(&finished) < producers; turn++) {
    uint32_t limit = turn % 3 == 0 ? 1 + turn % 7 : UINT32_MAX;
    if (drain(limit) == 0) sched_yield();
    if (paced && atomic_load(word(LOST)) != 0) fail("refused although there was room");
  }
  for (unsigned producer = 0; producer < producers; producer++) pthread_join(threads[producer], NULL);
  drain(UINT32_MAX);
}

int main(int argc, char **argv) {
  if (argc < 7) fail("usage: stress CODE CALLBACK-OFFSET COUNTER-OFFSET flood|paced|asleep|image ...");
  load_code(argv[1], strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0));
  first_counter = read_counter();
  if (strcmp(argv[4], "image") == 0) {
    messages = (uint32_t)strtoul(argv[5], NULL, 0);
    size_t size = make_ring((uint32_t)strtoul(argv[6], NULL, 0));
    for (uint32_t sequence = 0; sequence < messages; sequence++) push(3, sequence);
    fwrite(ring, 1, size, stdout);
    return 0;
  }
  int asleep = strcmp(argv[4], "asleep") == 0;
  paced = asleep || strcmp(argv[4], "paced") == 0;
  producers = (unsigned)strtoul(argv[5], NULL, 0);
  messages = (uint32_t)strtoul(argv[6], NULL, 0);
  if (argc < 8 || producers == 0 || producers > MAX_PRODUCERS || messages > 0x0fffffffu)
    fail("usage: stress CODE CALLBACK-OFFSET COUNTER-OFFSET flood|paced|asleep PRODUCERS MESSAGES SLOTS");
  make_ring((uint32_t)strtoul(argv[7], NULL, 0));
  if (asleep) run_asleep();
  else run();
  check_losses();
  return 0;
}
