// Counter-based random numbers in lanes: Threefry2x32-20 (Salmon, Moraes, Dror and Shaw, "Parallel
// random numbers: as easy as 1, 2, 3", SC11), checked against Random123's known answers.
//
// Must not:  hold generator state: a number is a function of key and counter.
// Invariant: double draws refine float draws: the leading 24 bits of a uniform are the same in both
//            precisions, so both see the same resets, actions and candidates up to rounding.
#pragma once

#include <type_traits>

#include <lockstep/detail/lane/math.hpp>
#include <lockstep/detail/random/streams.hpp>

namespace lockstep {

template <class Word>
struct WordPair {
    Word first, second;
};

// A separate key in each lane.
template <class Word>
struct LaneKey {
    Word words[2];
};
template <class L>
LOCKSTEP_INLINE LaneKey<u32<L>> load_key(const std::uint32_t (&words)[2][lane_count]) noexcept {
    return {{u32<L>::load(words[0]), u32<L>::load(words[1])}};
}

// The twenty rounds, on N key schedules and as many counters with the first key word added. The N
// are interleaved: one chain of sixty dependent operations would leave most of the CPU idle.
template <int N, class KeyWord, class Word>
LOCKSTEP_INLINE void threefry_rounds(const KeyWord (&schedule)[N][3],
                                     WordPair<Word> (&result)[N]) noexcept {
    const auto round = [&]<int distance>() LOCKSTEP_LAMBDA {
#pragma GCC unroll 4
        for (auto& [x, y] : result) {
            x += y;
            y = rotate_left<distance>(y) ^ x;
        }
    };
    const auto four_rounds = [&]<int a, int b, int c, int d>(std::uint32_t i) LOCKSTEP_LAMBDA {
        round.template operator()<a>();
        round.template operator()<b>();
        round.template operator()<c>();
        round.template operator()<d>();
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
            result[n].first += Word(schedule[n][i % 3]);
            result[n].second += Word(schedule[n][(i + 1) % 3] + i);
        }
    };
    four_rounds.template operator()<13, 15, 26, 6>(1);
    four_rounds.template operator()<17, 29, 16, 24>(2);
    four_rounds.template operator()<13, 15, 26, 6>(3);
    four_rounds.template operator()<17, 29, 16, 24>(4);
    four_rounds.template operator()<13, 15, 26, 6>(5);
}

// Threefry2x32-20 of N counters, each under its own key. Word is Vec<Isa, uint32_t>; AnyKey is Key
// or LaneKey<Word>.
template <int N, class AnyKey, class Word>
LOCKSTEP_INLINE void threefry_each(const AnyKey (&key)[N], const Word (&counter0)[N],
                                   const Word (&counter1)[N],
                                   WordPair<Word> (&result)[N]) noexcept {
    std::remove_cvref_t<decltype(key[0].words[0])> schedule[N][3];
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) {
        const auto& [k0, k1] = key[n].words;
        schedule[n][0] = k0, schedule[n][1] = k1, schedule[n][2] = 0x1BD11BDAU ^ k0 ^ k1;
        result[n] = {counter0[n] + Word(k0), counter1[n] + Word(k1)};
    }
    threefry_rounds(schedule, result);
}

template <class AnyKey, class Word>
LOCKSTEP_INLINE WordPair<Word> threefry_inline(const AnyKey& key, const Word& counter0,
                                               const Word& counter1) noexcept {
    WordPair<Word> result[1];
    threefry_each<1, AnyKey, Word>({key}, {counter0}, {counter1}, result);
    return result[0];
}
// The same, not inlined: repeated wherever numbers are drawn, the rounds would make up most of the
// code to compile.
template <class AnyKey, class Word>
LOCKSTEP_KERNEL [[gnu::noinline]] WordPair<Word> threefry(const AnyKey& key, const Word& counter0,
                                                          const Word& counter1) noexcept {
    return threefry_inline(key, counter0, counter1);
}
// N blocks of one counter: under `key`, and under the keys that follow in its second word.
template <int N, class AnyKey, class Word>
LOCKSTEP_KERNEL [[gnu::noinline]] void threefry_blocks(const AnyKey& key, const Word& counter0,
                                                       const Word& counter1,
                                                       WordPair<Word> (&result)[N]) noexcept {
    AnyKey keys[N];
    Word first[N], second[N];
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) {
        keys[n] = {{key.words[0], key.words[1] + static_cast<std::uint32_t>(n)}};
        first[n] = counter0, second[n] = counter1;
    }
    threefry_each(keys, first, second, result);
}

// The high word of each product: floor(a * b / 2^32).
template <class U32>
LOCKSTEP_INLINE U32 mul_high(const U32& a, const U32& b) noexcept {
    const U32 mask(0xFFFFU), a_low = a & mask, b_low = b & mask, a_high = a >> 16, b_high = b >> 16;
    const U32 first = a_high * b_low + ((a_low * b_low) >> 16);
    const U32 second = a_low * b_high + (first & mask);
    return a_high * b_high + (first >> 16) + (second >> 16);
}

// In [0, 1): a multiple of 2^-24, which both precisions have.
template <class L>
LOCKSTEP_INLINE real<L> uniform_from(const u32<L>& word) noexcept {
    return to_real<L>(bit_cast<std::int32_t>(word >> 8)) * real<L>(0x1p-24F);
}

// Two independent standard normals (Box and Muller 1958) from a uniform and random bits. The radius
// is at most 5.77 standard deviations in f32, since the smallest uniform is 2^-24, and 8.57 in f64.
template <class L>
LOCKSTEP_INLINE WordPair<real<L>> normals_from(const real<L>& uniform,
                                               const u32<L>& angle) noexcept {
    constexpr bool single = sizeof(typename L::scalar) == 4;
    const real<L> radius = sqrt(-2 * log(uniform + (single ? 0x1p-24 : 0x1p-53)));
    // The top two bits choose the quadrant, the others the angle within +-pi/4.
    const u32<L> quarter = angle >> 30;
    const real<L> within = to_real<L>(bit_cast<std::int32_t>(angle << 2)) * 0x1.921fb54442d18p-32;
    SinCos<real<L>> circle;
    if constexpr (single)
        circle = turn(sincos_quarter(within), quarter);
    else
        circle = sincos(within + to_real<L>(bit_cast<std::int32_t>(quarter)) * 0x1.921fb54442d18p0);
    return {radius * circle.cos, radius * circle.sin};
}

// The draws of one (key, counter) in each lane: blocks of two words, taken in order. Block b's key
// is the given one with b added to its second word. Blocks are made `together` at a time: one if
// few numbers are drawn, two if their dependency chains should overlap.
template <class L, class AnyKey = Key, int together = 1>
class Rng {
public:
    using real = typename L::real;
    using u32 = typename L::u32;

    LOCKSTEP_INLINE Rng(const AnyKey& key, const u32& counter0, const u32& counter1) noexcept
        : key_(key), counter0_(counter0), counter1_(counter1) {}

    // In [0, 1): a multiple of 2^-24 (f32) or 2^-53 (f64).
    LOCKSTEP_INLINE real uniform() noexcept {
        if constexpr (sizeof(typename L::scalar) == 4) {
            return uniform_from<L>(next(high_));
        } else {
            const u32 high = next(high_), low = next(low_);
            return unsigned_real(high) * real(0x1p-32) + unsigned_real(low >> 11) * real(0x1p-53);
        }
    }
    LOCKSTEP_INLINE real uniform(double low, double high) noexcept {
        return real(low) + real(high - low) * uniform();
    }

    // Thirty-two random bits.
    LOCKSTEP_INLINE u32 bits() noexcept { return next(high_); }

    // One of 0 .. count-1, equally likely up to count / 2^32.
    LOCKSTEP_INLINE u32 below(const u32& count) noexcept { return mul_high(bits(), count); }

    // Two independent standard normals.
    LOCKSTEP_INLINE WordPair<real> normals() noexcept {
        const real radius_uniform = uniform();
        return normals_from<L>(radius_uniform, next(high_));
    }

private:
    struct Buffer {
        std::uint32_t key_offset;
        std::uint32_t drawn = 0;
        u32 words[2 * together];

        LOCKSTEP_INLINE explicit Buffer(std::uint32_t offset) noexcept : key_offset(offset) {}
    };

    LOCKSTEP_INLINE u32 next(Buffer& buffer) noexcept {
        const std::uint32_t number = buffer.drawn++, word = number % (2 * together);
        if (word == 0) {
            // Copies, so that the compiler need not keep all of *this in memory.
            const AnyKey key{{key_.words[0] + buffer.key_offset, key_.words[1] + number / 2}};
            const u32 counter0 = counter0_, counter1 = counter1_;
            WordPair<u32> blocks[together];
            threefry_blocks(key, counter0, counter1, blocks);
#pragma GCC unroll 2
            for (int n = 0; n < together; ++n) {
                buffer.words[2 * n] = blocks[n].first;
                buffer.words[2 * n + 1] = blocks[n].second;
            }
        }
        return buffer.words[word];
    }
    LOCKSTEP_INLINE static real unsigned_real(const u32& word) noexcept {
        return to_real<L>(bit_cast<std::int32_t>(word ^ u32(0x80000000U))) + real(0x1p31);
    }

    AnyKey key_;
    u32 counter0_, counter1_;
    Buffer high_{0}, low_{0x9E3779B9U};
};

// The first draw of an Rng, made in advance, for resets that need no other.
template <class L>
class FirstDraw {
public:
    LOCKSTEP_INLINE explicit FirstDraw(const typename L::u32& word) noexcept : word_(word) {}
    LOCKSTEP_INLINE typename L::u32 below(const typename L::u32& count) const noexcept {
        return mul_high(word_, count);
    }

private:
    typename L::u32 word_;
};

// Recorded draws, which bring another generator's numbers to an environment's reset or step. Without
// recorded numbers, it draws zeros; either way it notes what is drawn.
template <class L>
class RecordedDraws {
public:
    using real = typename L::real;

    // Of sixteen worlds, whose numbers begin at `recorded`.
    LOCKSTEP_INLINE explicit RecordedDraws(const RecordedNumbers& recorded) noexcept
        : recorded_(recorded) {}
    // In double until the last rounding, as NumPy computes low + (high - low) * u.
    LOCKSTEP_INLINE real uniform(double low, double high) noexcept {
        const double* draws = next(0);
        typename L::scalar lanes[lane_count];
        for (int i = 0; i < lane_count; ++i) {
            lanes[i] = static_cast<typename L::scalar>(low + (high - low) * draws[i]);
        }
        return real::load(lanes);
    }
    LOCKSTEP_INLINE real uniform() noexcept { return uniform(0, 1); }
    // All lanes have the same count.
    LOCKSTEP_INLINE typename L::u32 below(const typename L::u32& count) noexcept {
        std::uint32_t lanes[lane_count];
        count.store(lanes);
        const double* draws = next(lanes[0]);
        for (int i = 0; i < lane_count; ++i) lanes[i] = static_cast<std::uint32_t>(draws[i]);
        return L::u32::load(lanes);
    }
    LOCKSTEP_INLINE typename L::u32 bits() noexcept {
        const double* draws = next(0);
        std::uint32_t lanes[lane_count];
        for (int i = 0; i < lane_count; ++i)
            lanes[i] = static_cast<std::uint32_t>(draws[i] * 0x1p32);
        return L::u32::load(lanes);
    }
    // From two draws, as Rng makes them. No recorded generator makes its normals this way, but code
    // that compiles with one source of draws must compile with all.
    LOCKSTEP_INLINE WordPair<real> normals() noexcept {
        const real radius_uniform = uniform();
        return normals_from<L>(radius_uniform, bits());
    }
    LOCKSTEP_INLINE const DrawPlan& drawn() const noexcept { return drawn_; }

private:
    LOCKSTEP_INLINE const double* next(std::uint32_t bound) noexcept {
        static constexpr double none[lane_count] = {};
        const int draw = drawn_.count++;
        if (draw < max_draws) drawn_.bound[draw] = bound;
        if (recorded_.number == nullptr || draw >= max_draws) return none;
        return recorded_.number + draw * recorded_.stride;
    }

    RecordedNumbers recorded_;
    DrawPlan drawn_;
};

// `count` equally likely values 0 .. count-1 from one random word, with bias below count / 2^32;
// count <= 65536.
template <class U32>
LOCKSTEP_INLINE U32 scaled(const U32& word, std::uint32_t count) noexcept {
    const U32 low = ((word & U32(0xFFFFU)) * U32(count)) >> 16;
    return ((word >> 16) * U32(count) + low) >> 16;
}

}  // namespace lockstep
