/* hold DOMAIN FRAME SECONDS: maps a page of a domain for so long, as a program behind a device does: the domain is not gone before that. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "privcmd.h"

int main(int count, char **words)
{
	struct mapping mapping = { .count = 1 };
	uint64_t frame;
	int error = 0;
	void *page;
	int privcmd = open("/dev/xen/privcmd", O_RDWR);

	if (count != 4 || privcmd < 0)
		return 2;
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, privcmd, 0);
	if (page == MAP_FAILED)
		return 2;
	frame = strtoull(words[2], NULL, 0);
	mapping.domain = (uint16_t)atoi(words[1]);
	mapping.address = (uint64_t)(uintptr_t)page;
	mapping.frames = &frame;
	mapping.errors = &error;
	if (ioctl(privcmd, MAP_FRAMES, &mapping) != 0 || error != 0) {
		perror("hold");
		return 1;
	}
	sleep((unsigned int)atoi(words[3]));
	return 0;
}
