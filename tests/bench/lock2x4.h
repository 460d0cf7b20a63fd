/* lock2x4.h: the small lock program, for snag and for real threads alike. */
#ifndef LOCK2X4_H
#define LOCK2X4_H

/* Runs it once on pthreads; returns the counter, 8. */
int lock2x4(void);

#endif
