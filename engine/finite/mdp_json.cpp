
#include "engine/finite/mdp_json.hpp"

#include <algorithm>
#include <cmath>

#include <lockstep/error.hpp>
#include <lockstep/table_game.hpp>

#include "engine/text/json.hpp"

namespace lockstep {
namespace {

using Flags = std::vector<bool>;  // one per state

constexpr const char* probabilities = "transition_probabilities";
constexpr std::string_view keys[] = {probabilities, "rewards", "possible_actions", "start_states",
                                     "terminal_states"};
constexpr std::size_t max_actions = 32;
constexpr std::size_t max_faults = 10;           // an unrelated file has thousands
constexpr std::size_t max_entries = 0x7FFFFFFF;  // the limit of an index into packed tables
constexpr double sum_tolerance = 1e-9;           // for hand-typed decimal fractions

std::string at(const std::string& path, std::size_t i) {
    return path + "[" + std::to_string(i) + "]";
}

std::string brief(const Json& value) {
    constexpr std::size_t most = 40;
    const std::string text = value.dump();
    return text.size() <= most ? text : text.substr(0, most) + "...";
}

// Reads from the outside in: each step relies on the checks of those before it.
class Reader {
public:
    Reader(const std::string& where, const Json& root) : where_(where), root_(root) {}

    FiniteMdp read() {
        check_keys(), raise();
        check_counts(), raise();
        check_shape(probabilities), check_shape("rewards"), raise();
        check_rows(), check_possible_actions();
        const Flags terminal = flags("terminal_states", Json::array());
        const Flags starts = flags("start_states", {0U});
        raise();
        check_states(terminal, starts), raise();
        return build(terminal, starts);
    }

private:
    void fault(const std::string& path, const std::string& what) {
        const std::string colon = path.empty() ? "" : ": ";
        if (++faults_ > max_faults) return;
        words_ += (words_.empty() ? "" : "\n") + where_ + ": " + path + colon + what;
    }
    void raise() const {
        if (faults_ == 0) return;
        const std::size_t left = faults_ - std::min(faults_, max_faults);
        const std::string more = "\n" + where_ + ": " + std::to_string(left) + " more faults";
        throw ConfigError(left == 0 ? words_ : words_ + more);
    }
    // Reports one error if `value` is not a list of `size`.
    bool list_of(std::size_t size, const char* each, const std::string& path, const Json& value) {
        if (value.is_array() && value.size() == size) return true;
        const std::string found =
            value.is_array() ? std::to_string(value.size()) + " entries" : brief(value);
        fault(path, found + ": expected " + std::to_string(size) + ", one for each " + each);
        return false;
    }

    void check_keys() {
        if (!root_.is_object()) return fault("", brief(root_) + ": expected an object with keys");
        for (const auto& [key, value] : root_.items()) {
            if (std::ranges::find(keys, key) == std::end(keys))
                fault("", unknown_name("key", key, keys));
        }
        for (const char* needed : {probabilities, "rewards"}) {
            if (!root_.contains(needed)) fault(needed, "missing");
        }
    }

    void check_counts() {
        const Json& table = root_[probabilities];
        const std::string expected = ": expected a list, [state][action][next state]";
        if (!table.is_array() || table.empty())
            return fault(probabilities, brief(table) + expected);
        const Json& row = table[0];
        if (!row.is_array()) return fault(at(probabilities, 0), brief(row) + expected);
        states_ = table.size(), actions_ = row.size();
        if (actions_ < 1 || actions_ > max_actions) {
            fault(at(probabilities, 0), std::to_string(actions_) + " actions: allowed 1 to " +
                                            std::to_string(max_actions));
        }
        if (states_ > max_entries / std::max<std::size_t>(actions_, 1) / states_) {
            fault(probabilities, std::to_string(states_) + " states, " + std::to_string(actions_) +
                                     " actions: allowed states * actions * states up to " +
                                     std::to_string(max_entries));
        }
    }

    void check_shape(const char* name) {
        if (!list_of(states_, "state", name, root_[name])) return;
        for (std::size_t s = 0; s < states_; ++s) {
            const Json& row = root_[name][s];
            const std::string path = at(name, s);
            if (!list_of(actions_, "action", path, row)) continue;
            for (std::size_t a = 0; a < actions_; ++a) {
                if (!row[a].is_null()) list_of(states_, "next state", at(path, a), row[a]);
            }
        }
    }

    const Json& probability(std::size_t s, std::size_t a) const {
        return root_[probabilities][s][a];
    }
    const Json& reward(std::size_t s, std::size_t a) const { return root_["rewards"][s][a]; }
    bool possible(std::size_t s, std::size_t a) const { return !probability(s, a).is_null(); }

    void check_rows() {
        for (std::size_t s = 0; s < states_; ++s) {
            for (std::size_t a = 0; a < actions_; ++a) {
                const std::string path = at(at("rewards", s), a);
                check_rewards(path, reward(s, a));
                if (!possible(s, a)) continue;
                if (reward(s, a).is_null()) fault(path, "null, but the action is possible");
                check_probabilities(at(at(probabilities, s), a), probability(s, a));
            }
        }
    }
    bool check_numbers(const std::string& path, const Json& row) {
        bool good = true;
        for (std::size_t next = 0; next < row.size(); ++next) {
            if (row[next].is_number()) continue;
            fault(at(path, next), brief(row[next]) + ": expected a number");
            good = false;
        }
        return good;
    }
    void check_rewards(const std::string& path, const Json& row) {
        if (!check_numbers(path, row)) return;
        for (std::size_t next = 0; next < row.size(); ++next) {
            if (std::abs(row[next].get<double>()) <= largest_reward) continue;
            fault(at(path, next), brief(row[next]) + ": allowed -1e+12 to 1e+12");
        }
    }
    void check_probabilities(const std::string& path, const Json& row) {
        if (!check_numbers(path, row)) return;
        double sum = 0;
        for (std::size_t next = 0; next < states_; ++next) {
            const double p = row[next].get<double>();
            if (!(p >= 0 && p <= 1))
                return fault(at(path, next), brief(row[next]) + ": allowed 0 to 1");
            sum += p;
        }
        if (!(std::abs(sum - 1) <= sum_tolerance))
            fault(path, "probabilities sum to " + brief(sum) + ": must be 1");
    }

    void check_possible_actions() {
        const char* name = "possible_actions";
        if (!root_.contains(name) || !list_of(states_, "state", name, root_[name])) return;
        for (std::size_t s = 0; s < states_; ++s) {
            const std::string path = at(name, s);
            const Flags listed = numbers_below(actions_, path, root_[name][s]);
            for (std::size_t a = 0; a < listed.size(); ++a) {
                if (listed[a] == possible(s, a)) continue;
                fault(path, (listed[a] ? "has action " : "lacks action ") + std::to_string(a) +
                                ", but " + at(at(probabilities, s), a) +
                                (listed[a] ? " is null" : " is not null"));
            }
        }
    }

    // Which integers below `count` the list contains; empty if the list has an error.
    Flags numbers_below(std::size_t count, const std::string& path, const Json& list) {
        const std::size_t before = faults_;
        const std::string allowed = "whole numbers from 0 to " + std::to_string(count - 1);
        Flags found(count, false);
        if (!list.is_array()) fault(path, brief(list) + ": expected a list of " + allowed);
        for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
            if (!list[i].is_whole() || list[i].get<std::uint64_t>() >= count) {
                fault(at(path, i), brief(list[i]) + ": allowed " + allowed);
            } else if (found[list[i].get<std::size_t>()]) {
                fault(at(path, i), brief(list[i]) + ": given twice");
            } else {
                found[list[i].get<std::size_t>()] = true;
            }
        }
        return faults_ == before ? found : Flags();
    }
    Flags flags(const char* name, const Json& absent) {
        return numbers_below(states_, name, root_.contains(name) ? root_[name] : absent);
    }

    void check_states(const Flags& terminal, const Flags& starts) {
        for (std::size_t s = 0; s < states_; ++s) {
            if (starts[s] && terminal[s])
                fault("", "episodes begin in state " + std::to_string(s) + ", which is terminal");
            if (!terminal[s] && !acts(s)) fault(at(probabilities, s), "no action is possible");
        }
        if (std::ranges::find(starts, true) == starts.end())
            fault("start_states", "[]: expected at least one state");
    }
    bool acts(std::size_t s) const {
        for (std::size_t a = 0; a < actions_; ++a) {
            if (possible(s, a)) return true;
        }
        return false;
    }

    FiniteMdp build(const Flags& terminal, const Flags& starts) const {
        FiniteMdp mdp;
        mdp.states = static_cast<std::int64_t>(states_);
        mdp.actions = static_cast<std::int64_t>(actions_);
        for (std::size_t s = 0; s < states_; ++s) {
            // A terminal state may lack actions, but a process needs all: each stays there.
            const bool stays = !acts(s);
            for (std::size_t a = 0; a < actions_; ++a) {
                if (stays) mdp.add({.next = static_cast<std::uint32_t>(s), .terminated = true});
                if (possible(s, a)) add_outcomes(mdp, probability(s, a), reward(s, a), terminal);
                mdp.close_pair();
            }
            if (starts[s]) mdp.add_start(static_cast<std::int64_t>(s));
        }
        mdp.close_board();
        return mdp;
    }
    void add_outcomes(FiniteMdp& mdp, const Json& chances, const Json& rewards,
                      const Flags& terminal) const {
        for (std::size_t next = 0; next < states_; ++next) {
            const double chance = chances[next].get<double>();
            if (chance == 0) continue;
            mdp.add({.probability = chance,
                     .next = static_cast<std::uint32_t>(next),
                     .reward = rewards[next].get<double>(),
                     .terminated = terminal[next]});
        }
    }

    const std::string& where_;
    const Json& root_;
    std::size_t states_ = 0, actions_ = 0;
    std::size_t faults_ = 0;
    std::string words_;
};

}  // namespace

FiniteMdp parse_mdp(const std::string& where, std::string_view text) {
    const Json root = parse_json_file(where, text);
    return Reader(where, root).read();
}

}  // namespace lockstep
