// Games of tables: processes whose rules are listed, outcome by outcome, and stepped by one kernel;
// and how environments become known.
//
// Must not:  know kernels beyond the name of the one that runs the tables.
// Invariant: a file that defines a game says so in a line of its own, `extern const
//            FiniteEnvironment name;`, from which CMake makes the list of ours and registers a
//            user's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/description.hpp>
#include <lockstep/detail/contract/transition_tables.hpp>
#include <lockstep/detail/isa/table.hpp>
#include <lockstep/isa.hpp>

namespace lockstep {

class FiniteModel;

struct Outcome {
    double probability = 1;
    std::uint32_t next = 0;
    double reward = 0;
    bool terminated = false;
    std::uint8_t mark = 0;  // 0 to 127: what an environment's own kernel knows the cell by
};

struct FiniteMdp {
    std::int64_t states = 0;
    std::int64_t actions = 0;  // 1 to 32
    std::int64_t boards = 1;   // processes of the same shape, one after the other

    // Of (board 0, state 0, action 0), then of action 1, and so on: pair p has the outcomes from
    // first[p] to before first[p + 1]. A pair without outcomes is an impossible action.
    std::vector<Outcome> outcomes = {};
    std::vector<std::uint32_t> first = {0};

    // States in which episodes begin, equally likely: board b has those from first_start[b] on.
    std::vector<std::uint32_t> starts = {};
    std::vector<std::uint32_t> first_start = {0};

    Noise noise = Noise::none;
    bool learns_terminal_moves = true;
    std::int32_t flags = 0;                 // for the environment's own kernel, if it has one
    std::vector<std::string> picture = {};  // rows of the boards, one board after the other

    // Builders, in order: add() the outcomes of a pair, close_pair(); add_start()s, close_board().
    void add(const Outcome& outcome) { outcomes.push_back(outcome); }
    void close_pair() { first.push_back(static_cast<std::uint32_t>(outcomes.size())); }
    void add_start(std::int64_t state) { starts.push_back(static_cast<std::uint32_t>(state)); }
    void close_board() { first_start.push_back(static_cast<std::uint32_t>(starts.size())); }

    double mean_noise() const { return noise == Noise::uniform ? 0.5 : 0; }

    // Of board 0 unless `row` is board * states + state.
    std::span<const Outcome> of(std::int64_t row, std::int64_t action) const {
        const auto pair = static_cast<std::size_t>(row * actions + action);
        return {outcomes.data() + first[pair], outcomes.data() + first[pair + 1]};
    }
    bool legal(std::int64_t row, std::int64_t action) const { return !of(row, action).empty(); }
};

// Settings checked against an environment's declaration and its number of worlds.
struct WorldSettings {
    std::vector<std::vector<double>> parameters;  // in declared order; one element, or one a world
    bool per_world = false;                       // some parameter differs between worlds
    std::vector<std::int32_t> choices;            // likewise, each an index
    std::vector<std::string> texts;               // in declared order
    std::vector<std::shared_ptr<const std::string>> files;  // what texts name; null: no file
    std::int32_t time_limit = 0;
    int action_count = 0;
    std::shared_ptr<const FiniteModel> model;  // where the environment has tables
};

struct FiniteEnvironment {
    const Description& about;
    // Of one of the environment's ids, with settings that are within their declared ranges. Throws
    // ConfigError: a file that cannot be read or is wrong, with file, line and value.
    FiniteMdp (*build)(std::string_view id, const WorldSettings& settings);
    const char* kernel = "finite";  // the `name` in the description of the kernel that runs it
};

// Of a reward that a user gives. Whatever is learnt from fewer than 10^9 steps of such rewards is
// finite in single precision, at any learning rate.
inline constexpr double largest_reward = 1e12;

// The value of the parameter of that number, which shapes the tables. Throws ConfigError where
// worlds have values of their own, since they share the tables.
double shared_value(const Description& about, const WorldSettings& settings, std::size_t number);
// Likewise, a whole number.
std::int64_t whole_value(const Description& about, const WorldSettings& settings,
                         std::size_t number);

// "0,0.5,-1" of a text setting, up to largest_reward. Throws ConfigError with its name.
std::vector<double> reward_list(std::string_view name, std::string_view text);

// One environment's kernels, by Isa.
struct EnvironmentTables {
    TablesByIsa<EnvironmentKernels> by_isa;
    const FiniteEnvironment* finite = nullptr;  // what compiles the tables that the kernels run

    const Description& about() const;
    template <class Real>
    const Kernels<Real>& kernels(Isa isa) const {
        return functions_on<Real>(by_isa[isa]);
    }
};

// Makes an environment known, of kernels or of tables, either of which must last; for the
// registration sources that lockstep_add_environment generates. Throws ConfigError where an id is
// taken.
void register_environment(const EnvironmentTables& tables);
void register_environment(const FiniteEnvironment& finite);

}  // namespace lockstep
