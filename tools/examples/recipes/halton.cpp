// A sampler: Halton's sequence, whose dimension d counts in the d-th prime (Halton 1960).
#include <lockstep/sweep/sampler.hpp>

namespace {

using namespace lockstep::sweep;

class Halton final : public Sampler {
public:
    explicit Halton(const Space& space) : dimensions_(static_cast<std::size_t>(space.size())) {}

    bool learns() const override { return false; }
    std::int64_t propose(const Observations&, const Generation& generation,
                         std::span<double> units) override {
        static constexpr int primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29};
        for (std::int64_t t = generation.given; t < generation.count; ++t) {
            for (std::size_t d = 0; d < dimensions_; ++d) {
                const int base = primes[d % std::size(primes)];
                double unit = 0, digit = 1;
                for (std::int64_t n = generation.first + t + 1; n > 0; n /= base)
                    digit /= base, unit += digit * static_cast<double>(n % base);
                units[static_cast<std::size_t>(t) * dimensions_ + d] = unit;
            }
        }
        return generation.count;
    }

private:
    std::size_t dimensions_;
};

const bool registered = [] {
    register_sampler("halton", [](const Space& space, const SamplerConfig&) {
        return std::make_unique<Halton>(space);
    });
    return true;
}();

}  // namespace
