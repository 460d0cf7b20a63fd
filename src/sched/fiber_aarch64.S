/* fiber_aarch64.S: the context switch for aarch64, AAPCS64.
 *
 * void snag__switch_stacks(void **save, void *to): saves the callee-saved registers (x19 to x30, of
 * the vector registers the lower halves of v8 to v15) in a frame on the stack, stores sp in *save,
 * loads sp from `to`, and returns from the frame that it finds there. fpcr is left alone.
 *
 * The place to go on at has a word of its own beside x30, so that a new fiber begins with a return
 * address of zero, at which a walk of its stack ends. `ret` goes there: it needs no landing pad
 * where branch targets are checked. x30 is not signed: a caller that signs it has put it away.
 */
#if defined(__aarch64__)
#define FRAME_BYTES 176

    .text
    .globl snag__switch_stacks
    .type snag__switch_stacks, %function
    .p2align 4
snag__switch_stacks:
    .cfi_startproc
    hint #34 /* bti c */
    sub sp, sp, #FRAME_BYTES
    .cfi_def_cfa_offset FRAME_BYTES
    stp d8, d9, [sp]
    stp d10, d11, [sp, #16]
    stp d12, d13, [sp, #32]
    stp d14, d15, [sp, #48]
    stp x19, x20, [sp, #64]
    stp x21, x22, [sp, #80]
    stp x23, x24, [sp, #96]
    stp x25, x26, [sp, #112]
    stp x27, x28, [sp, #128]
    stp x29, x30, [sp, #144]
    str x30, [sp, #160]
    .cfi_offset 72, -176 /* d8 to d15 */
    .cfi_offset 73, -168
    .cfi_offset 74, -160
    .cfi_offset 75, -152
    .cfi_offset 76, -144
    .cfi_offset 77, -136
    .cfi_offset 78, -128
    .cfi_offset 79, -120
    .cfi_offset 19, -112
    .cfi_offset 20, -104
    .cfi_offset 21, -96
    .cfi_offset 22, -88
    .cfi_offset 23, -80
    .cfi_offset 24, -72
    .cfi_offset 25, -64
    .cfi_offset 26, -56
    .cfi_offset 27, -48
    .cfi_offset 28, -40
    .cfi_offset 29, -32
    .cfi_offset 30, -24
    mov x9, sp
    str x9, [x0]
    mov sp, x1 /* a frame of the same shape: what was said of the old one is true of it */
    ldp d8, d9, [sp]
    ldp d10, d11, [sp, #16]
    ldp d12, d13, [sp, #32]
    ldp d14, d15, [sp, #48]
    ldp x19, x20, [sp, #64]
    ldp x21, x22, [sp, #80]
    ldp x23, x24, [sp, #96]
    ldp x25, x26, [sp, #112]
    ldp x27, x28, [sp, #128]
    ldp x29, x30, [sp, #144]
    ldr x9, [sp, #160]
    add sp, sp, #FRAME_BYTES
    .cfi_def_cfa_offset 0
    .cfi_restore 72
    .cfi_restore 73
    .cfi_restore 74
    .cfi_restore 75
    .cfi_restore 76
    .cfi_restore 77
    .cfi_restore 78
    .cfi_restore 79
    .cfi_restore 19
    .cfi_restore 20
    .cfi_restore 21
    .cfi_restore 22
    .cfi_restore 23
    .cfi_restore 24
    .cfi_restore 25
    .cfi_restore 26
    .cfi_restore 27
    .cfi_restore 28
    .cfi_restore 29
    .cfi_restore 30
    ret x9
    .cfi_endproc
    .size snag__switch_stacks, . - snag__switch_stacks

    /* This object checks branch targets. */
    .section .note.gnu.property, "a", %note
    .p2align 3
    .word 4, 16, 5      /* of "GNU", 16 bytes, NT_GNU_PROPERTY_TYPE_0 */
    .asciz "GNU"
    .word 0xc0000000, 4 /* GNU_PROPERTY_AARCH64_FEATURE_1_AND, 4 bytes */
    .word 1, 0          /* BTI; padding */
#endif
    .section .note.GNU-stack, "", %progbits
