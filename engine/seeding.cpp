#include <lockstep/engine/seeding.hpp>

#include <lockstep/kernels/rng.hpp>

namespace lockstep {

Key stream_key(std::uint64_t seed, Stream stream) {
    using Word = Vec<Scalar, std::uint32_t>;
    const Key key[] = {
        {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}}};
    WordPair<Word> words[1];
    threefry(key, Word(static_cast<std::uint32_t>(stream)), Word(0U), words);
    return {{words[0].first.part[0], words[0].second.part[0]}};
}

}  // namespace lockstep
