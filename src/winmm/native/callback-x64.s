# The MIDI callback and the counter for 64-bit Windows on x64, as GNU as reads them.
#
# callback-code.ts holds the bytes that this assembles to; a test assembles it again and compares.
# The layout of the ring is explained in ../callback-ring.ts. Both functions are leaves: no calls (who is
# to be woken is jumped to), no stack, only volatile registers, so they need no unwind data.
	.intel_syntax noprefix
	.text

# void CALLBACK MidiInProc(HMIDIIN h, UINT wMsg, DWORD_PTR dwInstance, DWORD_PTR dwParam1, DWORD_PTR dwParam2)
#   rcx = h, edx = wMsg, r8 = dwInstance (the ring), r9 = dwParam1, [rsp+40] = dwParam2
callback:
	mov	r10d, edx
	rdtsc
	shl	rdx, 32
	or	rdx, rax		# rdx = time stamp counter
	mov	eax, [r8]		# eax = head
reserve:
	mov	r11d, eax
	sub	r11d, [r8+64]		# slots in use = head - tail
	cmp	r11d, [r8+128]		# full if that is more than the mask
	ja	full
	lea	ecx, [rax+1]
	lock cmpxchg [r8], ecx		# on failure eax is the new head
	jne	reserve
	mov	r11d, [r8+132]		# does JavaScript wait? Not read before the locked instruction
	and	eax, [r8+128]
	lea	rax, [rax+rax*2]
	lea	rax, [r8+rax*8+256]	# the slot: 24 bytes each, from 256 on
	mov	ecx, [rsp+40]
	mov	[rax+4], ecx
	mov	[rax+8], r9
	mov	[rax+16], rdx
	bts	r10d, 31		# published, even if wMsg were 0
	mov	[rax], r10d		# last: x64 keeps stores in order
	test	r11d, r11d
	jnz	wake
	ret
wake:
	xor	eax, eax
	xchg	eax, [r8+132]		# one producer wakes, the others need not
	test	eax, eax
	jz	woken
	mov	rcx, [r8+144]
	jmp	qword ptr [r8+136]	# returns to the driver; the home space is its as well
woken:
	ret
full:
	mov	r11d, [r8]
	cmp	r11d, eax		# a head that others have moved since says nothing
	mov	eax, r11d
	jne	reserve
	lock inc dword ptr [r8+192]
	ret

	.balign	16, 0xcc
# uint64_t readCounter(void)
counter:
	rdtsc
	shl	rdx, 32
	or	rax, rdx
	ret
