/* fiber_x86_64.S: the context switch for x86-64, System V ABI.
 *
 * void snag__switch_stacks(void **save, void *to): pushes the callee-saved registers, stores rsp in
 * *save, loads rsp from `to`, pops what was saved there, and returns on that stack.
 *
 * void snag__enter_stack(void **save, void *to): the same, but jumps there: see fiber.h.
 *
 * int snag__switch_then(void **save, void *to, int (*then)(void)): the same for who jumped here as
 * the last of all, and goes on in then().
 */
#if defined(__x86_64__)
    /* What comes after it is on the other stack. */
    .macro exchange_stacks
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    .endm

    .text
    .globl snag__switch_stacks
    .type snag__switch_stacks, @function
    .p2align 4
snag__switch_stacks:
    .cfi_startproc
    exchange_stacks
    retq
    .cfi_endproc
    .size snag__switch_stacks, . - snag__switch_stacks

    .globl snag__enter_stack
    .type snag__enter_stack, @function
    .p2align 4
snag__enter_stack:
    .cfi_startproc
    exchange_stacks
    popq %rcx
    jmpq *%rcx
    .cfi_endproc
    .size snag__enter_stack, . - snag__enter_stack

    .globl snag__switch_then
    .type snag__switch_then, @function
    .p2align 4
snag__switch_then:
    .cfi_startproc
    pushq %rdx
    exchange_stacks
    popq %rcx
    jmpq *%rcx
    .cfi_endproc
    .size snag__switch_then, . - snag__switch_then
#endif
    .section .note.GNU-stack, "", @progbits
