#include <lockstep/agents/batched/batch_kernels.hpp>

namespace lockstep {

extern const BatchKernelTable batch_kernels_scalar, batch_kernels_avx2, batch_kernels_avx512;

namespace {

const BatchKernelTable& table(Isa isa) {
    static constexpr const BatchKernelTable* by_isa[isa_count] = {
        &batch_kernels_scalar, &batch_kernels_avx2, &batch_kernels_avx512};
    return *by_isa[static_cast<int>(isa)];
}

}  // namespace

template <>
const BatchKernels<float>& batch_kernels<float>(Isa isa) {
    return table(isa).f32;
}
template <>
const BatchKernels<double>& batch_kernels<double>(Isa isa) {
    return table(isa).f64;
}

}  // namespace lockstep
