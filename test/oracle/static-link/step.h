/* Included before everything else: at each access to shared memory the schedule decides who goes on. */
void step(void);
#define STATIC_LINK_STEP() step()
#define STATIC_LINK_MOST_BUFFERS 8
