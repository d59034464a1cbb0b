
#include "engine/random/seeding.hpp"

#include <lockstep/detail/random/rng.hpp>

namespace lockstep {

Key stream_key(std::uint64_t seed, Stream stream) {
    using Word = Vec<Scalar, std::uint32_t>;
    const Key key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const auto words = threefry(key, Word(static_cast<std::uint32_t>(stream)), Word(0U));
    return {{words.first.part[0], words.second.part[0]}};
}

}  // namespace lockstep
