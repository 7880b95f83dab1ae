// The MIDI callback and the counter for 64-bit Windows on ARM, as GNU as reads them.
//
// callback-code.ts holds the bytes that this assembles to; a test assembles it again and compares.
// The layout of the ring is explained in ../callback-ring.ts. Both functions are leaves: no calls
// (who is to be woken is jumped to), no stack, only x0 to x16 (x18 is Windows' own), so they need no
// unwind data. No LSE instructions: the first processors that run Windows do not have them.
	.text

// void CALLBACK MidiInProc(HMIDIIN h, UINT wMsg, DWORD_PTR dwInstance, DWORD_PTR dwParam1, DWORD_PTR dwParam2)
//   x0 = h, w1 = wMsg, x2 = dwInstance (the ring), x3 = dwParam1, x4 = dwParam2
callback:
	mrs	x8, cntvct_el0		// x8 = virtual counter
	ldr	w9, [x2, #128]		// w9 = mask
	add	x10, x2, #64		// x10 = address of tail
head:
	ldar	w11, [x2]		// w11 = head
reserve:
	ldar	w12, [x10]		// acquire: the slots that the tail has passed are empty
	sub	w12, w11, w12		// slots in use = head - tail
	cmp	w12, w9			// full if that is more than the mask
	b.hi	full
	ldaxr	w13, [x2]		// nothing touches memory between this and stxr,
	cmp	w13, w11		// or the pair might never succeed
	b.ne	head
	add	w13, w13, #1
	stlxr	w14, w13, [x2]
	cbnz	w14, head
	add	x13, x2, #132
	ldar	w15, [x13]		// does JavaScript wait? Release, then acquire: not read before the head is stored
	and	w11, w11, w9
	mov	w12, #24
	add	x10, x2, #256
	umaddl	x10, w11, w12, x10	// the slot: 24 bytes each, from 256 on
	str	w4, [x10, #4]
	stp	x3, x8, [x10, #8]
	orr	w1, w1, #0x80000000	// published, even if wMsg were 0
	stlr	w1, [x10]		// release: after all that the slot holds
	cbnz	w15, wake
	ret
wake:
	ldaxr	w15, [x13]		// one producer wakes, the others need not
	stxr	w14, wzr, [x13]
	cbnz	w14, wake
	cbz	w15, woken
	ldr	x0, [x2, #144]
	ldr	x16, [x2, #136]
	br	x16			// returns to the driver
woken:
	ret
full:
	ldar	w12, [x2]
	cmp	w12, w11		// a head that others have moved since says nothing
	mov	w11, w12
	b.ne	reserve
	add	x10, x2, #192
count:
	ldxr	w11, [x10]
	add	w11, w11, #1
	stxr	w12, w11, [x10]
	cbnz	w12, count
	ret

	.balign	16
// uint64_t readCounter(void)
counter:
	mrs	x0, cntvct_el0
	ret
