#include <lockstep/agents/sweep/samplers/search_kernels.hpp>

namespace lockstep {

extern const SearchKernels search_kernels_scalar, search_kernels_avx2, search_kernels_avx512;

const SearchKernels& search_kernels(Isa isa) {
    static constexpr const SearchKernels* by_isa[isa_count] = {
        &search_kernels_scalar, &search_kernels_avx2, &search_kernels_avx512};
    return *by_isa[static_cast<int>(isa)];
}

}  // namespace lockstep
