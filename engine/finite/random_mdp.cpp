// The slides' SimpleMDP: probabilities uniform in [0, 1), each row divided by its sum, and a
// standard normal reward for every outcome. Episodes begin in state 0 and never end by themselves.

#include <algorithm>

#include <lockstep/detail/random/rng.hpp>
#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"
#include "engine/random/numpy_legacy.hpp"
#include "engine/random/seeding.hpp"

namespace lockstep {
namespace {

constexpr Description about{
    .name = "random-mdp",
    .source = "the slides' SimpleMDP class",
    .ids = {{.id = "RandomMDP-v0", .max_episode_steps = 1000}},
    .observations = {{.name = "state"}},
    .parameters =
        {{.name = "states", .value = 5, .low = 1, .high = 256, .meaning = "number of states"},
         {.name = "actions", .value = 3, .low = 1, .high = 32, .meaning = "number of actions"},
         {.name = "mdp_seed",
          .value = 0,
          .low = 0,
          .high = 4294967295,
          .meaning = "seed of the random tables"}},
    .choices = {{.name = "draws",
                 .options = {"lockstep", "numpy"},
                 .meaning = "whose random numbers: numpy's are those after np.random.seed"}}};

struct Shape {
    std::size_t states, actions;
    std::size_t outcomes() const { return states * actions * states; }
};

struct Tables {  // [state][action][next state]
    std::vector<double> chances, rewards;
};

Tables numpy_draws(const Shape& shape, std::uint32_t seed) {
    NumpyLegacyRandom random(seed);
    Tables tables{std::vector<double>(shape.outcomes()), std::vector<double>(shape.outcomes())};
    for (double& chance : tables.chances) chance = random.rand();
    for (double& reward : tables.rewards) reward = random.randn();
    return tables;
}

// Separate draws for every (pair, next state), so that more states keep the draws of fewer.
Tables lockstep_draws(const Shape& shape, std::uint32_t seed) {
    using Lane = Lanes<Scalar, double>;
    const Key key = stream_key(seed, Stream::tables);
    Tables tables;
    for (std::uint32_t pair = 0; pair < shape.states * shape.actions; ++pair) {
        for (std::uint32_t next = 0; next < shape.states; next += lane_count) {
            Rng<Lane> random(key, Lane::u32(pair), Lane::u32(next) + Lane::u32::iota());
            double chances[lane_count], rewards[lane_count];
            random.uniform().store(chances);
            random.normals().first.store(rewards);
            const auto wanted = std::min<std::size_t>(lane_count, shape.states - next);
            tables.chances.insert(tables.chances.end(), chances, chances + wanted);
            tables.rewards.insert(tables.rewards.end(), rewards, rewards + wanted);
        }
    }
    return tables;
}

// Adds in NumPy's order: eight partial sums, and recursive halving above 128 elements.
double sum(std::span<const double> values) {
    const std::size_t size = values.size();
    if (size > 128) {
        const std::size_t half = size / 2 / 8 * 8;
        return sum(values.first(half)) + sum(values.subspan(half));
    }
    double total = 0;
    const std::size_t eights = size / 8 * 8;
    if (eights > 0) {
        double part[8] = {};
        for (std::size_t i = 0; i < eights; ++i) part[i % 8] += values[i];
        total = ((part[0] + part[1]) + (part[2] + part[3])) +
                ((part[4] + part[5]) + (part[6] + part[7]));
    }
    for (std::size_t i = eights; i < size; ++i) total += values[i];
    return total;
}

Tables draw(const Shape& shape, const WorldSettings& settings) {
    const auto seed = static_cast<std::uint32_t>(whole_value(about, settings, 2));
    Tables tables =
        settings.choices[0] == 1 ? numpy_draws(shape, seed) : lockstep_draws(shape, seed);
    for (std::size_t at = 0; at < shape.outcomes(); at += shape.states) {
        const std::span row = std::span(tables.chances).subspan(at, shape.states);
        const double total = sum(row);
        for (double& chance : row) chance /= total;
    }
    return tables;
}

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    FiniteMdp mdp;
    mdp.states = whole_value(about, settings, 0);
    mdp.actions = whole_value(about, settings, 1);
    const Shape shape{static_cast<std::size_t>(mdp.states), static_cast<std::size_t>(mdp.actions)};
    const Tables tables = draw(shape, settings);
    for (std::size_t at = 0; at < shape.outcomes(); ++at) {
        const std::size_t next = at % shape.states;
        mdp.add({.probability = tables.chances[at],
                 .next = static_cast<std::uint32_t>(next),
                 .reward = tables.rewards[at]});
        if (next + 1 == shape.states) mdp.close_pair();
    }
    mdp.add_start(0);
    mdp.close_board();
    return mdp;
}

}  // namespace

extern const FiniteEnvironment random_mdp;
const FiniteEnvironment random_mdp{about, build};

}  // namespace lockstep
