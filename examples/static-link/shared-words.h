/* Access to words and bytes that both ends see; private to the files of this folder. All words are little-endian, and so must the CPU be. */
#ifndef STATIC_LINK_SHARED_WORDS_H
#define STATIC_LINK_SHARED_WORDS_H

#include <stdatomic.h>
#include <string.h>

#include "static-link.h"

/* The other end may run between any two accesses: the tests hook in here. */
#ifndef STATIC_LINK_STEP
#define STATIC_LINK_STEP() ((void)0)
#endif

static inline unsigned char *shared_at(const struct static_link *link, uint64_t offset)
{
	STATIC_LINK_STEP();
	return link->region + offset;
}

static inline uint16_t read16(const struct static_link *link, uint64_t offset)
{
	return atomic_load_explicit((_Atomic uint16_t *)(void *)shared_at(link, offset), memory_order_relaxed);
}

static inline void write16(const struct static_link *link, uint64_t offset, uint16_t value)
{
	atomic_store_explicit((_Atomic uint16_t *)(void *)shared_at(link, offset), value, memory_order_relaxed);
}

static inline uint32_t read32(const struct static_link *link, uint64_t offset)
{
	return atomic_load_explicit((_Atomic uint32_t *)(void *)shared_at(link, offset), memory_order_relaxed);
}

static inline void write32(const struct static_link *link, uint64_t offset, uint32_t value)
{
	atomic_store_explicit((_Atomic uint32_t *)(void *)shared_at(link, offset), value, memory_order_relaxed);
}

static inline uint64_t read64(const struct static_link *link, uint64_t offset)
{
	return atomic_load_explicit((_Atomic uint64_t *)(void *)shared_at(link, offset), memory_order_relaxed);
}

static inline void write64(const struct static_link *link, uint64_t offset, uint64_t value)
{
	atomic_store_explicit((_Atomic uint64_t *)(void *)shared_at(link, offset), value, memory_order_relaxed);
}

/* Acquire barrier: reads after it are not done before reads that precede it. */
static inline void acquired(void)
{
	atomic_thread_fence(memory_order_acquire);
}

/* Release barrier: writes before it are visible before writes that follow it. */
static inline void before_release(void)
{
	atomic_thread_fence(memory_order_release);
}

enum { COPIED_AT_ONCE = 256 };

static inline void copy_out(const struct static_link *link, uint64_t offset, void *into, size_t length)
{
	for (size_t done = 0; done < length; done += COPIED_AT_ONCE) {
		size_t part = length - done < COPIED_AT_ONCE ? length - done : COPIED_AT_ONCE;

		memcpy((unsigned char *)into + done, shared_at(link, offset + done), part);
	}
}

static inline void copy_in(const struct static_link *link, uint64_t offset, const void *from, size_t length)
{
	for (size_t done = 0; done < length; done += COPIED_AT_ONCE) {
		size_t part = length - done < COPIED_AT_ONCE ? length - done : COPIED_AT_ONCE;

		memcpy(shared_at(link, offset + done), (const unsigned char *)from + done, part);
	}
}

/* `length`: a multiple of 2. */
static inline void clear(const struct static_link *link, uint64_t offset, uint64_t length)
{
	for (uint64_t done = 0; done < length; done += 2)
		write16(link, offset + done, 0);
}

#endif
