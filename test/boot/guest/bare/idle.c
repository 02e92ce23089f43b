/* A guest that does nothing: whoever ends it is another. */
void guest(void)
{
	for (;;)
		asm volatile("wfi");
}
