/* An arm64 Image that runs where it is loaded (Linux, Documentation/arch/arm64/booting.rst). */
	.section .text.start, "ax"
	b	begin
	.long	0
	.quad	0			/* text_offset */
	.quad	0x8000			/* image_size: code, and the stack behind it */
	.quad	0xa			/* little-endian, pages of 4 KiB, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0
begin:
	adr	x1, .
	and	x1, x1, #~0xfff
	add	x1, x1, #0x8000
	mov	sp, x1
	bl	guest
