/*
 * The protocol of the layout static-vrings, as examples/static-link has it: one queue, both ends, each of which may be killed before any of its
 * accesses to shared memory and starts again, twice. Memory holds what an earlier life of the machine left there.
 *
 * Checked: whatever an end takes out of the queue, while its own words say that the link is up, was sent in the same pair of starts, is the next
 * one and is whole; and no end finds the queue in a state that it would call broken. Memory is sequentially consistent here: what the barriers
 * are for is said where they stand.
 *
 * -DPACKED: a packed queue; -DTO_DRIVER: the device sends. Two mistakes that the model must find: -DNO_RECHECK, -DSTATUS_FIRST.
 */
#define N 2         /* entries, and buffers */
#define TURN 8      /* indices count modulo this */
#define MESSAGES 3  /* in each pair of starts */
#define RESTARTS 2  /* of each end */

#define RESET 0
#define READY 1

/* The header, as READY ends of an earlier life left it. */
byte d_gen = 1, d_answered = 1, d_status = READY;
byte r_gen = 1, r_answered = 1, r_status = READY;

/* What is in a buffer: a message of a pair of starts. */
typedef Message { byte d, r, number };
Message buffer[N];

#ifdef PACKED
/* Flags: bit 0 available, bit 1 used. */
byte ring_id[N], ring_flags[N];
#else
byte available_index = 1, available[N], used_index = 1, used[N];
#endif

bit kill_d, kill_r;

#define AHEAD(index, done) ((index + TURN - done) % TURN)

/* One access to shared memory, with what follows from it in the end's own memory. */
#define STEP d_step

#ifdef NO_RECHECK
#define RECHECK_DEVICE STEP { ok = true }
#define RECHECK_DRIVER STEP { ok = true }
#else
#define RECHECK_DEVICE STEP { ok = (d_status == READY) }; STEP { ok = ok && (d_gen == peer) }
#define RECHECK_DRIVER STEP { ok = (r_status == READY) }; STEP { ok = ok && (r_gen == peer) }
#endif

#ifdef STATUS_FIRST
#define LOOK_AT_DEVICE STEP { g = d_gen }; STEP { ok = (d_status == READY) }; STEP { ok = ok && (d_answered == own) }
#else
#define LOOK_AT_DEVICE STEP { g = d_gen }; STEP { ok = (d_answered == own) }; STEP { ok = ok && (d_status == READY) }
#endif
#define LOOK_AT_DRIVER STEP { g = r_gen }; STEP { ok = (r_answered == own) }; STEP { ok = ok && (r_status == READY) }

#ifdef PACKED

#define CLEAR_BY_DRIVER STEP { ring_id[0] = 0; ring_flags[0] = 0 }; STEP { ring_id[1] = 0; ring_flags[1] = 0 }
#define CLEAR_BY_DEVICE skip
#define OFFER(id) \
	STEP { ring_id[written % N] = id }; \
	STEP { ring_flags[written % N] = ((written / N) % 2 == 0 -> 1 : 2); written = (written + 1) % TURN; out = out | (1 << id) }
#define GIVE_BACK(id) \
	STEP { ring_id[written % N] = id }; \
	STEP { ring_flags[written % N] = ((written / N) % 2 == 0 -> 3 : 0); written = (written + 1) % TURN }
#define IS_USED(found) STEP { found = (ring_flags[done % N] == ((done / N) % 2 == 0 -> 3 : 0)); ahead = found }
#define IS_AVAILABLE(found) STEP { found = (ring_flags[done % N] == ((done / N) % 2 == 0 -> 1 : 2)); ahead = found }
#define TAKE_USED(id) STEP { id = ring_id[done % N] }
#define TAKE_AVAILABLE(id) STEP { id = ring_id[done % N] }

#else

#define CLEAR_BY_DRIVER STEP { available_index = 0 }; STEP { available[0] = 0 }; STEP { available[1] = 0 }
#define CLEAR_BY_DEVICE STEP { used_index = 0 }; STEP { used[0] = 0 }; STEP { used[1] = 0 }
#define OFFER(id) \
	STEP { available[written % N] = id; written = (written + 1) % TURN; out = out | (1 << id) }; \
	STEP { available_index = written }
#define GIVE_BACK(id) STEP { used[written % N] = id; written = (written + 1) % TURN }; STEP { used_index = written }
#define IS_USED(found) STEP { ahead = AHEAD(used_index, done); found = (ahead != 0) }
#define IS_AVAILABLE(found) STEP { ahead = AHEAD(available_index, done); found = (ahead != 0) }
#define TAKE_USED(id) STEP { id = used[done % N] }
#define TAKE_AVAILABLE(id) STEP { id = available[done % N] }

#endif

#define COUNT_OUT ((out & 1) + (out >> 1))
/* A message is written and read in two parts: it may be seen half written. */
#define WRITE(id, device, driver) \
	STEP { buffer[id].d = device; buffer[id].r = driver }; STEP { buffer[id].number = number }
#define READ(id) STEP { m_d = buffer[id].d; m_r = buffer[id].r }; STEP { m_n = buffer[id].number }
#define EXPECT(device, driver) \
	assert(m_d == device && m_r == driver && m_n == number); number++; m_d = 0; m_r = 0; m_n = 0

inline device_sends() {
	IS_AVAILABLE(found);
	if
	:: found && number < MESSAGES ->
		TAKE_AVAILABLE(id);
		RECHECK_DRIVER;
		if
		:: ok -> assert(ahead <= N); STEP { done = (done + 1) % TURN };
			WRITE(id, own, peer); GIVE_BACK(id); number++
		:: else
		fi
	:: else
	fi
}

inline device_receives() {
	IS_AVAILABLE(found);
	if
	:: found ->
		TAKE_AVAILABLE(id);
		READ(id);
		RECHECK_DRIVER;
		if
		:: ok -> STEP { assert(ahead <= N); EXPECT(own, peer); done = (done + 1) % TURN };
			GIVE_BACK(id)
		:: else
		fi
	:: else
	fi
}

inline driver_reclaims() {
	IS_USED(found);
	if
	:: found ->
		TAKE_USED(id);
		RECHECK_DEVICE;
		if
		:: ok -> STEP { assert(ahead <= COUNT_OUT && (out & (1 << id))); done = (done + 1) % TURN; out = out & ~(1 << id) }
		:: else
		fi
	:: else
	fi
}

inline driver_sends() {
	driver_reclaims();
	if
	:: number < MESSAGES && out != 3 ->
		STEP { id = ((out & 1) == 0 -> 0 : 1) };
		WRITE(id, peer, own);
		OFFER(id);
		number++
	:: else
	fi
}

inline driver_receives() {
	IS_USED(found);
	if
	:: found ->
		TAKE_USED(id);
		READ(id);
		RECHECK_DEVICE;
		if
		:: ok -> STEP { assert(ahead <= COUNT_OUT && (out & (1 << id))); EXPECT(peer, own); done = (done + 1) % TURN };
			OFFER(id)
		:: else
		fi
	:: else
	fi
}

active proctype Device() {
	byte own, peer, g, written, done, id, number, ahead, m_d, m_r, m_n, out;
	bool ok, found, ready;
	do
	:: {
		STEP { d_status = RESET };
		STEP { own = d_gen + 1; d_gen = own };
		do
		:: LOOK_AT_DRIVER;
			if
			:: !ready || g != peer ->
				STEP { d_status = RESET; ready = false; ok = false };
				CLEAR_BY_DEVICE;
				STEP { d_answered = g; peer = g; written = 0; done = 0; number = 0; ahead = 0; id = 0; found = false };
				STEP { d_status = READY; ready = true }
			:: else ->
				do
				:: ok ->
#ifdef TO_DRIVER
					device_sends()
#else
					device_receives()
#endif
				:: break
				od
			fi
		od
	} unless {
		STEP { kill_d -> kill_d = 0; own = 0; peer = 0; g = 0; written = 0; done = 0; id = 0; number = 0; ahead = 0;
			m_d = 0; m_r = 0; m_n = 0; ok = false; found = false; ready = false }
	}
	od
}

active proctype Driver() {
	byte own, peer, g, written, done, id, number, ahead, m_d, m_r, m_n, out;
	bool ok, found, ready;
	do
	:: {
		STEP { r_status = RESET };
		STEP { own = r_gen + 1; r_gen = own };
		do
		:: LOOK_AT_DEVICE;
			if
			:: ok && ready && g == peer
			:: !(ok && ready && g == peer) && ready -> STEP { r_status = RESET; ready = false }
			:: !ready && ok ->
				/* Finding the same start of the device once more is not a new pair. */
				STEP { number = (g == peer -> number : 0); peer = g; ok = false; written = 0; done = 0; ahead = 0; out = 0; id = 0; found = false };
				CLEAR_BY_DRIVER;
#ifdef TO_DRIVER
				OFFER(0);
				OFFER(1);
#endif
				STEP { r_answered = peer };
				STEP { r_status = READY; ready = true }
			:: !ready && !ok
			fi;
			/* As often as it likes before it looks again. */
			do
			:: ready ->
#ifdef TO_DRIVER
				driver_receives()
#else
				driver_sends()
#endif
			:: break
			od
		od
	} unless {
		STEP { kill_r -> kill_r = 0; own = 0; peer = 0; g = 0; written = 0; done = 0; id = 0; number = 0; ahead = 0;
			m_d = 0; m_r = 0; m_n = 0; out = 0; ok = false; found = false; ready = false }
	}
	od
}

active proctype Killer() {
	byte device, driver;
	do
	:: atomic { device < RESTARTS && !kill_d -> kill_d = 1; device++ }
	:: atomic { driver < RESTARTS && !kill_r -> kill_r = 1; driver++ }
	od
}
