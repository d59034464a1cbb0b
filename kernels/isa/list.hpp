// Every instruction set that lanes are written for, the best of a processor last.
//
// Owns:      its name, which is that of the file in kernels/lane and, capitalized, of the type; the
//            processor that has it, as CMake calls it; the features that it needs, as in
//            -m<feature> and __builtin_cpu_supports(<feature>).
// Must not:  hold anything else: LockstepEnvironment.cmake reads it, too.
// Invariant: `scalar` comes first, and any processor has it.
#pragma once

// clang-format off
#define LOCKSTEP_ISAS(SET)                                                          \
    SET(scalar, any)                                                                \
    SET(avx2, x86_64, avx2, fma)                                                    \
    SET(avx512, x86_64, avx2, fma, avx512f, avx512bw, avx512cd, avx512dq, avx512vl) \
    SET(neon, aarch64)
// clang-format on
