/* gate.h: the module of a project that is not snag's: a gate that hands out permits. It knows
 * nothing of snag. */
struct gate;
struct gate *gate_new(int permits);
void gate_free(struct gate *g);
/* Waits until n permits are free, and takes them. */
void gate_enter(struct gate *g, int n);
/* Takes n permits if they are free; else returns 0. */
int gate_try(struct gate *g, int n);
void gate_leave(struct gate *g, int n);
