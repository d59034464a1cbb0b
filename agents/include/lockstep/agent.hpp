// What an agent is to those who write one: settings that are declared once, a function that trains
// many learners, and a name.
//
// Must not:  know how an agent learns.
// Invariant: an agent's functions see settings that were read and checked.
#pragma once

#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/train.hpp>

namespace lockstep {

// A setting as it is shown, completed and searched.
struct Setting {
    enum class Type { number, integer, word, text };

    const char* name;
    const char* meaning;
    Type type;
    double min = 0, max = 0;                  // of numbers; both allowed
    std::span<const char* const> words = {};  // all that are allowed
    SettingValue value;                       // the default
    const char* old_name = nullptr;           // that an earlier version had for it
    bool budget = false;       // says only how long learning lasts: training may go on with more
    bool per_learner = false;  // learners of one population may differ in it
};

inline constexpr const char* false_true[] = {"false", "true"};

// Visits a settings struct, which declares its members to it:
//
//   struct Settings {
//       double gamma = 0.99;
//       void declare(SettingList& list) {
//           list.number("gamma", gamma, 0, 1, "discount of a step").per_learner();
//       }
//   };
//
// The defaults are what the members hold. A struct whose defaults depend on what was given has
// `void complete(const SettingList&)` as well, which is called behind declare.
class SettingList {
public:
    // Lists what is declared.
    SettingList() : lists_(true) {}
    // Puts values into the members, those of `own` before those of `shared`. Both outlive this.
    SettingList(const SettingValues& shared, const SettingValues& own)
        : lists_(false), shared_(&shared), own_(&own) {}

    // What else there is to say of a setting.
    class Entry {
    public:
        explicit Entry(Setting* setting) : setting_(setting) {}
        Entry& budget();
        Entry& per_learner();
        Entry& old_name(const char* name);

    private:
        Setting* setting_;
    };

    // Throw ConfigError on a value that is not allowed, naming setting, value and what is.
    Entry number(const char* name, double& member, double min, double max, const char* meaning);
    Entry integer(const char* name, std::int64_t& member, double min, double max,
                  const char* meaning);
    Entry flag(const char* name, bool& member, const char* meaning);
    // An enumeration, whose values are the indices of the words.
    template <class Enum>
    Entry word(const char* name, Enum& member, std::span<const char* const> words,
               const char* meaning) {
        auto index = static_cast<std::size_t>(member);
        const Entry entry = word_at(name, index, words, meaning);
        member = static_cast<Enum>(index);
        return entry;
    }
    // A member of any type that has a text; `read` throws ConfigError on one that says nothing.
    template <class T>
    Entry text(const char* name, T& member, T (*read)(std::string_view),
               std::string (*write)(const T&), const char* meaning) {
        if (const SettingValue* given = find(name)) member = parsed(name, *given, read);
        return add({name, meaning, Setting::Type::text, 0, 0, {}, lists_ ? write(member) : ""});
    }

    // Whether somebody gave the setting a value.
    bool given(std::string_view name) const { return find(name) != nullptr; }
    const std::vector<Setting>& settings() const { return settings_; }

private:
    const SettingValue* find(std::string_view name) const;
    Entry add(Setting setting);
    Entry word_at(const char* name, std::size_t& index, std::span<const char* const> words,
                  const char* meaning);
    template <class T>
    static T parsed(const char* name, const SettingValue& given, T (*read)(std::string_view)) {
        try {
            return read(given.text());
        } catch (const std::invalid_argument& error) {
            refuse(name, error.what());
        }
    }
    [[noreturn]] static void refuse(const char* name, const std::string& why);

    bool lists_;
    const SettingValues* shared_ = nullptr;
    const SettingValues* own_ = nullptr;
    std::vector<Setting> settings_;
};

// Of settings that go by `name`, or went; null: none does.
const Setting* find_setting(std::span<const Setting> settings, std::string_view name);
// "'rate' is called learning_rate now" where `name` is a setting's old one; else empty.
std::string renamed(std::span<const Setting> settings, std::string_view name);

// The settings that a struct declares, with its values.
template <class S>
std::vector<Setting> listed(S settings) {
    SettingList list;
    settings.declare(list);
    return list.settings();
}

// The defaults with what was given: of a population, and of a learner of its own before that.
template <class S>
S with_values(S settings, const SettingValues& shared, const SettingValues& own = {}) {
    SettingList list(shared, own);
    settings.declare(list);
    if constexpr (requires { settings.complete(list); }) settings.complete(list);
    return settings;
}

// How far a learner had come. It is finished when its budget is spent: with a larger one it goes
// on. One that failed or reached the step limit is lost, and never goes on.
enum class LearnerStage : std::uint32_t { not_begun, under_way, finished, failed, step_limit };

// Throws ConfigError on bytes that are no learner's state.
LearnerStage learner_stage(std::span<const std::byte> state);

struct StateHead {
    LearnerStage stage = LearnerStage::not_begun;
    LearnerRecord record = {};  // since the learner began
};

// A state with nothing behind its head is of a learner that failed, or has not begun.
LearnerState make_state(const StateHead& head, std::span<const std::byte> body = {});

// Throw ConfigError on bytes that are no learner's state.
StateHead head_of(std::span<const std::byte> state);
std::span<const std::byte> body_of(std::span<const std::byte> state);

// Whether something is left that can be shown or goes on.
inline bool has_learnt(LearnerStage stage) {
    return stage == LearnerStage::under_way || stage == LearnerStage::finished;
}
// Whether nothing is left of it: it never goes on.
inline bool is_lost(LearnerStage stage) {
    return stage == LearnerStage::failed || stage == LearnerStage::step_limit;
}

// Lanes stepped, and those of them that were of use.
struct LaneSteps {
    std::int64_t useful = 0, lanes = 0;
    void add(const LaneSteps& more) { useful += more.useful, lanes += more.lanes; }
};

struct ActingNetwork;
struct ActingTable;

// What a learner acts by: `count` actions, of which it chooses one, or, of continuous ones, as many
// numbers at once.
struct ActionShape {
    int count = 0;
    bool continuous = false;
};

// An agent whose settings are a struct S (see SettingList). Functions are given the settings of all
// learners: one element where they are alike.
template <class S>
struct AgentSpec {
    const char* id;
    const char* source;
    S defaults = {};
    TrainResult (*train)(const TrainConfig&, std::span<const S>, const ProgressCallback&);
    // Throws ConfigError where `train` would, without training: settings that do not fit each other
    // or the environment, memory that is not there; and where config.max_steps stops every learner.
    void (*check)(const TrainConfig&, std::span<const S>) = nullptr;
    // How the networks that `train` returns act, in an environment with so many inputs and such
    // actions. Null: there are none.
    void (*network)(const S&, int inputs, ActionShape, ActingNetwork& acting) = nullptr;
    // How its tables act. Null: there are none.
    void (*table)(const S&, ActingTable& acting) = nullptr;
    // Whether learners with these settings may go on with a larger budget, and end with the bits of
    // training that was never stopped. Null: none may.
    bool (*resumable)(const S&) = nullptr;
    bool stops = true;                 // heeds TrainConfig::stop, and its results have states
    bool has_training_returns = true;  // LearnerRecord::training_return is a number
};

// The same to those who do not know its settings. Functions that it lacks are empty.
struct Agent {
    std::string id, source;
    std::vector<Setting> settings;
    bool stops = true, has_training_returns = true;
    std::function<TrainResult(const TrainConfig&, const ProgressCallback&)> train = {};
    std::function<void(const TrainConfig&)> check = {};
    std::function<void(const TrainConfig&, int inputs, ActionShape, ActingNetwork&)> network = {};
    // Of a learner with such settings of its own.
    std::function<void(const TrainConfig&, const SettingValues& own, ActingTable&)> table = {};
    std::function<bool(const TrainConfig&)> resumable = {};
    std::function<std::vector<Setting>(const TrainConfig&)> values = {};  // of its settings
};

template <class S>
std::vector<S> settings_of_learners(const S& defaults, const TrainConfig& config) {
    std::vector<S> settings;
    if (config.learner_overrides.empty())
        settings.push_back(with_values(defaults, config.settings));
    for (const LearnerConfig& learner : config.learner_overrides)
        settings.push_back(with_values(defaults, config.settings, learner.settings));
    return settings;
}

template <class S>
Agent make_agent(const AgentSpec<S>& spec) {
    Agent agent{spec.id, spec.source, listed(spec.defaults), spec.stops, spec.has_training_returns};
    agent.train = [spec](const TrainConfig& config, const ProgressCallback& progress) {
        return spec.train(config, settings_of_learners(spec.defaults, config), progress);
    };
    agent.check = [spec](const TrainConfig& config) {
        const std::vector<S> settings = settings_of_learners(spec.defaults, config);
        if (spec.check != nullptr) spec.check(config, settings);
    };
    if (spec.network != nullptr) {
        agent.network = [spec](const TrainConfig& config, int inputs, ActionShape actions,
                               ActingNetwork& acting) {
            spec.network(with_values(spec.defaults, config.settings), inputs, actions, acting);
        };
    }
    if (spec.table != nullptr) {
        agent.table = [spec](const TrainConfig& config, const SettingValues& own,
                             ActingTable& acting) {
            spec.table(with_values(spec.defaults, config.settings, own), acting);
        };
    }
    agent.resumable = [spec](const TrainConfig& config) {
        return spec.resumable != nullptr &&
               spec.resumable(with_values(spec.defaults, config.settings));
    };
    agent.values = [spec](const TrainConfig& config) {
        return listed(with_values(spec.defaults, config.settings));
    };
    return agent;
}

// Trains config's learners. Each file that a setting names is read once. Throws ConfigError on a
// setting that neither the agent nor the environment has, or that is out of its range.
TrainResult train(const Agent& agent, const TrainConfig& config,
                  const ProgressCallback& progress = {});

// Throws ConfigError where `train` would, without training.
void check(const Agent& agent, const TrainConfig& config);

// Adds "name=value" to config's settings: one of the agent's, or one of the environment's. Throws
// ConfigError, naming what is allowed.
void set(TrainConfig& config, const Agent& agent, std::string_view assignment);

// The setting that says how long learning lasts; null: none does.
const Setting* budget_of(const Agent& agent);

// All of them, built-in ones first.
const std::deque<Agent>& agents();

// Makes an agent known: by a static object's constructor, or before anything is trained, since it
// is not for several threads at once. Throws ConfigError where the id is taken.
void register_agent(Agent agent);

// Throws ConfigError, naming the nearest known id.
const Agent& find_agent(std::string_view id);

// What functions of agents share.

std::int64_t learner_count(const TrainConfig& config);
std::uint64_t learner_seed(const TrainConfig& config, std::int64_t learner);

// Whether a learner that is still at work after so many steps is to be stopped.
inline bool step_limit_reached(const TrainConfig& config, std::int64_t steps) {
    return config.max_steps > 0 && steps >= config.max_steps;
}

// Throws ConfigError where learners that play at least so many steps would be stopped before.
void check_max_steps(const TrainConfig& config, std::int64_t least);

// What `f32` or `f64` returns, as the precision asks.
template <class F32, class F64>
auto in_precision(const TrainConfig& config, const F32& f32, const F64& f64) {
    return config.precision == Precision::f32 ? f32() : f64();
}

// Adds the next learner's record, its steps, and whether it failed or was stopped.
void add_learner(TrainResult& result, const StateHead& head);

// What a learner of a policy has learnt so far. The policy and the body of its state are read only
// if has_learnt(head.stage).
struct LearntPolicy {
    StateHead head;
    std::vector<std::byte> body = {};
    PolicySpec policy = {};
};
// Learner `learner` goes on from the body of an earlier state; empty: it begins.
using LearnPolicy = std::function<LearntPolicy(
    std::int64_t learner, std::span<const std::byte> from, const ProgressCallback& progress)>;

// Trains learners one after another, except those that were lost before, and tests what they
// learnt. The caller adds the hash, the curve and the figures.
TrainResult train_each(const TrainConfig& config, const LearnPolicy& learn,
                       const ProgressCallback& progress);

}  // namespace lockstep
