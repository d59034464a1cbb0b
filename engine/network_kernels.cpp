#include <lockstep/engine/network_kernels.hpp>

namespace lockstep {

extern const NetworkKernelTable network_kernels_scalar, network_kernels_avx2,
    network_kernels_avx512;

namespace {

const NetworkKernelTable& table(Isa isa) {
    static constexpr const NetworkKernelTable* by_isa[isa_count] = {
        &network_kernels_scalar, &network_kernels_avx2, &network_kernels_avx512};
    return *by_isa[static_cast<int>(isa)];
}

}  // namespace

template <>
const NetworkKernels<float>& network_kernels<float>(Isa isa) {
    return table(isa).f32;
}
template <>
const NetworkKernels<double>& network_kernels<double>(Isa isa) {
    return table(isa).f64;
}

}  // namespace lockstep
