/* new_files.S: what `snag new` writes, as it stands in the folder new/, inside the command itself.
 *
 * One symbol and one NUL-terminated text for each line of new_files.def.
 */
#define X(id, source, suffix, text)                                                                \
    .globl snag__new_##id;                                                                         \
    snag__new_##id:                                                                                \
    .incbin source;                                                                                \
    .byte 0;

    .section .rodata
#include "new_files.def"

    .section .note.GNU-stack, "", %progbits
