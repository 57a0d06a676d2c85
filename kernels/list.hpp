// Every kernel of bodies.cuh, once. X is called with the name inside cts::kernels.
#pragma once

#define CTS_KERNELS(X)                                                                                       \
    X(fill)                                                                                                  \
    X(ramp)                                                                                                  \
    X(copy)                                                                                                  \
    X(mark)                                                                                                  \
    X(count_off_marks)                                                                                       \
    X(copy_strided)                                                                                          \
    X(multiply_add)                                                                                          \
    X(count_unequal)                                                                                         \
    X(count_off_ramp)                                                                                        \
    X(matrix_multiply)                                                                                       \
    X(wait_for_flag)                                                                                         \
    X(read_until_flag)                                                                                       \
    X(write_then_read_alias)                                                                                 \
    X(describe_launch)                                                                                       \
    X(list_arguments)                                                                                        \
    X(tell_shared_memory)                                                                                    \
    X(nothing)
