// Thousands of copies of one environment, stepped together.
//
// Owns:      the columns, the time, the dealing of blocks to threads, seeds and snapshots.
// Must not:  know what an environment or a policy computes; kernels do.
// Invariant: what an environment shows is a function of configuration, seed and its actions: the
//            same bits for every instruction set, block size and number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <lockstep/description.hpp>
#include <lockstep/detail/random/streams.hpp>
#include <lockstep/isa.hpp>
#include <lockstep/policy.hpp>
#include <lockstep/setting.hpp>
#include <lockstep/spaces.hpp>

namespace lockstep {

// Where reset states come from.
enum class Seeding {
    lockstep,          // counter-based: a state is a function of (seed, world, episode)
    gymnasium,         // world i has NumPy's default_rng(seed + i), as in Gymnasium's SyncVectorEnv
    gymnasium_shared,  // one default_rng(seed) for all worlds, as in Gymnasium's CartPoleVectorEnv
};

// A file that a text names. What it said when it was read is part of the settings; what it says
// later is not.
struct NamedFile {
    std::string path;                         // as the text has it
    std::shared_ptr<const std::string> text;  // never null
};

// Settings of an environment, by Gymnasium's names where it has them.
struct EnvSettings {
    // Any of them, by name, as {"gravity", 9.8} or {"is_slippery", false}; those below come first.
    SettingValues values = {};
    // A parameter's value for all worlds (one element) or for each (one element a world).
    std::map<std::string, std::vector<double>> parameters = {};
    std::map<std::string, std::string> choices = {};     // option by name
    std::map<std::string, std::string> texts = {};       // free text by name, as a file's name
    std::map<std::string, NamedFile> files = {};         // of texts that name one, once it was read
    std::optional<std::int64_t> max_episode_steps = {};  // instead of the id's time limit
};

struct VectorEnvConfig {
    std::string id;
    std::int64_t num_envs = 1;
    std::uint64_t seed = 0;
    Autoreset autoreset = Autoreset::same_step;
    Seeding seeding = Seeding::lockstep;
    Stream episodes = Stream::resets;  // which stream of reset states, under Lockstep's own seeding
    EnvSettings settings = {};
    std::uint32_t first_world = 0;  // world i draws its random numbers as world first_world + i
    int threads = 1;                // 0: one a core
    std::int64_t block = 1024;      // worlds stepped as a unit; a multiple of 16
    std::optional<Isa> isa = {};    // default_isa() where absent
};

// Columns that lie one behind the other: column k of environment i is data[k * stride + i].
template <class Real>
struct ColumnsView {
    const Real* data;
    std::int64_t stride, num_envs;
    int columns;

    Real operator()(int column, std::int64_t env) const { return data[column * stride + env]; }
    std::span<const Real> column(int k) const {
        return {data + k * stride, static_cast<std::size_t>(num_envs)};
    }
};

// One action for each environment: numbers to choose by, or, where an action consists of numbers,
// [column][env]; the other is empty.
template <class Real>
struct ActionsView {
    std::span<const std::int32_t> numbers;
    std::span<const Real> columns;
};

// Real is float (the default everywhere, and the fastest) or double (agrees with Gymnasium).
template <class Real>
class VectorEnv {
public:
    // Makes the environments and resets them with config.seed. Throws ConfigError, before
    // allocating, on unknown names, values out of range, and fewer than 1 environment or more than
    // fit in memory.
    explicit VectorEnv(const VectorEnvConfig& config);
    ~VectorEnv();
    VectorEnv(VectorEnv&&) noexcept;
    VectorEnv& operator=(VectorEnv&&) noexcept;

    std::int64_t size() const;
    const Description& about() const;
    // Number of actions to choose from; 0 if an action consists of numbers
    // (about().action_columns).
    int action_count() const;
    Isa isa() const;

    Box observation_space() const;
    ActionSpace action_space() const;

    // Every world begins its first episode of `seed`.
    void reset(std::uint64_t seed);
    // Every environment, or each whose byte in `mask` is not 0 (one byte for each), begins its next
    // episode. Their rewards, flags and episode statistics are cleared.
    void reset();
    void reset(std::span<const std::uint8_t> mask);

    // One step of every environment. actions: one for each, in 0 .. action_count() - 1. Throws
    // ConfigError on a wrong size or an illegal action, without stepping any.
    void step(std::span<const std::int32_t> actions);
    // The same where actions consist of numbers: [column][environment]. The environment clips
    // numbers beyond a column's bounds; numbers that are not finite, or not one of its options, are
    // illegal.
    void step(std::span<const Real> actions);

    void step(const ActionsView<Real>& actions);
    // Actions at random, whatever they consist of: valid until the next call.
    ActionsView<Real> sample_actions();

    // `steps` steps in one call, the policy acting: the worlds end as after as many calls of act
    // and step. Returns totals of the episodes that ended. Throws ConfigError on an unknown or
    // unfitting policy, and where autoreset is disabled.
    EpisodeTotals rollout(const PolicySpec& policy, std::int64_t steps);
    // The actions that the policy takes now, one per environment, or [column][environment].
    void act(const PolicySpec& policy, std::span<std::int32_t> actions) const;
    void act(const PolicySpec& policy, std::span<Real> actions) const;

    // Views without copies, one element per environment, valid until the VectorEnv is destroyed.
    // Column k of the observation, of the state, and of the observation that the last step led to
    // before autoreset replaced it (in same-step mode; else the observation itself). Throws
    // ConfigError if there is no column k, or it is not of reals.
    std::span<const Real> observation(int k) const;
    std::span<const Real> state(int k) const;
    std::span<const Real> final_observation(int k) const;
    // All columns of the observation at once. Throws ConfigError where one is none of reals.
    ColumnsView<Real> observations() const;
    // The same of whole numbers: T is std::int32_t or std::uint32_t, as the column is. Bits of a
    // state are std::uint32_t, 0 or 1.
    template <class T>
    std::span<const T> observation_as(int k) const;
    template <class T>
    std::span<const T> state_as(int k) const;
    template <class T>
    std::span<const T> final_observation_as(int k) const;
    // The same for bits: environment i's is bit i % 16 of element i / 16.
    std::span<const std::uint16_t> observation_bits(int k) const;
    std::span<const std::uint16_t> final_observation_bits(int k) const;
    ColumnType state_type(int k) const;
    ColumnType observation_type(int k) const;
    // Column k of one environment, whatever its type.
    double state_value(int k, std::int64_t world) const;
    double observation_value(int k, std::int64_t world) const;
    std::span<const Real> reward() const;
    std::span<const std::uint8_t> terminated() const;  // 0 or 1; both flags may be set
    std::span<const std::uint8_t> truncated() const;
    // Of the episode that the last step belonged to, that step included.
    std::span<const Real> episode_return() const;
    std::span<const std::int32_t> episode_length() const;

    // Puts one environment into a given state (one value per column); its episode continues. Throws
    // ConfigError if a column cannot hold its value.
    void set_state(std::int64_t world, std::span<const Real> values);

    // Everything that the future depends on. restore throws ConfigError on a snapshot of another
    // configuration or a damaged one, without restoring anything.
    std::vector<std::byte> snapshot() const;
    void restore(std::span<const std::byte> snapshot);

    // A hash of all views.
    std::uint64_t hash() const;

private:
    struct Data;
    std::unique_ptr<Data> data_;
};

extern template class VectorEnv<float>;
extern template class VectorEnv<double>;

// The shortest way to a VectorEnv: make<float>("CartPole-v1", 4096).
template <class Real>
VectorEnv<Real> make(std::string id, std::int64_t worlds, std::uint64_t seed = 0) {
    VectorEnvConfig config{.id = std::move(id)};
    config.num_envs = worlds;
    config.seed = seed;
    return VectorEnv<Real>(config);
}

}  // namespace lockstep
