#include <lockstep/agent_testing.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

namespace lockstep::testing {
namespace {

constexpr std::int64_t learners = 5;

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

class AgentTest {
public:
    AgentTest(const Agent& agent, const TrainConfig& config) : agent_(agent), config_(config) {
        config_.learners = learners, config_.seed = 7, config_.threads = 1;
        config_.resume = {}, config_.learner_overrides = {}, config_.stop = {};
        config_.isa = Isa::scalar;
    }

    std::vector<std::string> run() {
        whole_ = train(agent_, config_);
        check_shape();
        check_machines();
        check_alone();
        check_overrides();
        if (agent_.stops) check_stops(), check_damage();
        if (agent_.resumable(config_)) check_budget();
        check_ranges();
        return std::move(faults_);
    }

private:
    void found(const std::string& fault) { faults_.push_back(agent_.id + ": " + fault); }

    // What learner i of one training learned, and learner k of another.
    static bool alike(const TrainResult& a, std::size_t i, const TrainResult& b, std::size_t k) {
        return (a.policies.empty() || a.policies[i] == b.policies[k]) &&
               (a.networks.empty() || a.networks[i] == b.networks[k]) &&
               (a.tables.empty() ||
                std::ranges::equal(a.tables[i].dense(), b.tables[k].dense(), same)) &&
               (a.states.empty() || b.states.empty() || a.states[i] == b.states[k]) &&
               a.learners[i].steps == b.learners[k].steps;
    }
    static bool alike(const TrainResult& a, const TrainResult& b) {
        if (a.hash != b.hash || a.learners.size() != b.learners.size()) return false;
        for (std::size_t i = 0; i < a.learners.size(); ++i)
            if (!alike(a, i, b, i)) return false;
        return std::ranges::equal(a.test_scores, b.test_scores, same);
    }

    void check_shape() {
        if (std::ssize(whole_.learners) != learners) found("a result lacks learners");
        if (agent_.stops && std::ssize(whole_.states) != learners)
            found("it stops, and its results lack states");
        const bool learned =
            !whole_.policies.empty() || !whole_.networks.empty() || !whole_.tables.empty();
        if (!learned) found("a result has no policy, table or network");
        for (const LearnerRecord& record : whole_.learners)
            if (!whole_.curve.empty() && agent_.has_training_returns &&
                std::isnan(record.training_return))
                return found("a learner has no training return");
    }
    void check_machines() {
        TrainConfig config = config_;
        config.threads = 3;
        if (!alike(train(agent_, config), whole_)) found("three threads learn other bits than one");
        for (const Isa isa : built_isas) {
            if (!supported(isa) || isa == Isa::scalar) continue;
            config.isa = isa;
            if (!alike(train(agent_, config), whole_))
                found("other bits on " + std::string(name(isa)) + " than on scalar");
        }
    }
    void check_alone() {
        for (const std::size_t i : {std::size_t{0}, std::size_t{3}}) {
            TrainConfig config = config_;
            config.learners = 1, config.seed += i;
            if (!alike(train(agent_, config), 0, whole_, i))
                return found("a learner alone is not what it is in the crowd");
        }
    }
    // Of each setting that is a learner's own, another value.
    void check_overrides() {
        std::vector<LearnerConfig> each(learners);
        for (std::size_t i = 0; i < each.size(); ++i) each[i].seed = config_.seed + i;
        TrainConfig config = config_;
        config.learner_overrides = each;
        if (train(agent_, config).hash != whole_.hash)
            found("learners that are listed one by one learn other bits than the same together");
        for (const Setting& s : agent_.values(config_)) {
            if (!s.per_learner) continue;
            if (s.type == Setting::Type::word) {
                each[2].settings[s.name] = s.words[s.words.size() - 1];
            } else {
                const double other = s.value.number() * 0.75;
                each[2].settings[s.name] = std::clamp(
                    s.type == Setting::Type::integer ? std::ceil(other) : other, s.min, s.max);
            }
        }
        config.learner_overrides = each;
        try {
            const TrainResult crowd = train(agent_, config);
            config.learner_overrides = std::span(each).subspan(2, 1);
            if (!alike(train(agent_, config), 0, crowd, 2))
                found("a learner with settings of its own is not what it is alone");
            if (!alike(crowd, 1, whole_, 1)) found("a learner's own settings reach its neighbors");
        } catch (const ConfigError&) {
            // These do not go together for this agent.
        }
    }
    void check_stops() {
        std::vector<LearnerState> states;
        for (int piece = 0; piece < 50; ++piece) {
            std::stop_source stop;
            if (piece == 0) stop.request_stop();  // before anything has begun
            TrainConfig config = config_;
            config.resume = states;
            config.stop = stop.get_token();
            const TrainResult part = train(agent_, config, [&](double) { stop.request_stop(); });
            states = part.states;
            if (std::ssize(states) != learners) return found("a stopped result lacks states");
            if (part.stopped) continue;
            if (part.hash != whole_.hash || states != whole_.states)
                found("stopped and resumed, it learns other bits");
            return;
        }
        TrainConfig config = config_;
        config.resume = states;
        if (train(agent_, config).hash != whole_.hash)
            found("stopped and resumed, it learns other bits");
    }
    void check_damage() {
        std::vector<LearnerState> states = whole_.states;
        states[1].resize(states[1].size() / 2);
        TrainConfig config = config_;
        config.resume = states;
        if (takes(config)) found("half a state is taken");
    }
    void check_budget() {
        const Setting* budget = budget_of(agent_);
        if (budget == nullptr) return found("it is resumable, and no setting is its budget");
        const std::vector<Setting> values = agent_.values(config_);
        const double all = find_setting(values, budget->name)->value.number();
        TrainConfig config = config_;
        config.settings.insert_or_assign(budget->name, std::max(1.0, std::floor(all / 2)));
        const TrainResult half = train(agent_, config);
        config = config_;
        config.resume = half.states;
        if (!alike(train(agent_, config), whole_))
            found("going on with a larger budget, it learns other bits");
    }
    void check_ranges() {
        for (const Setting& s : agent_.settings) {
            TrainConfig config = config_;
            if (s.type == Setting::Type::text) continue;
            const bool word = s.type == Setting::Type::word;
            config.settings.insert_or_assign(
                s.name, word ? SettingValue("no such word")
                             : SettingValue(
                                   std::nextafter(s.max, std::numeric_limits<double>::infinity())));
            if (takes(config)) found(std::string(s.name) + " is taken beyond its range");
        }
    }
    bool takes(const TrainConfig& config) const {
        try {
            train(agent_, config);
            return true;
        } catch (const ConfigError&) {
            return false;
        }
    }

    const Agent& agent_;
    TrainConfig config_;
    TrainResult whole_;
    std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> check_agent(std::string_view id, const TrainConfig& config) {
    return AgentTest(find_agent(id), config).run();
}

}  // namespace lockstep::testing
