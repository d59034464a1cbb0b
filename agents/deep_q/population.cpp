
#include "agents/deep_q/population.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>

#include <lockstep/error.hpp>

#include "agents/agent/learning_curve.hpp"
#include "agents/deep_q/lanes.hpp"
#include "agents/lanes/lane_assigner.hpp"
#include "agents/network/lane_state_fields.hpp"
#include "agents/network/learner_state.hpp"
#include "agents/network/network_results.hpp"
#include "engine/memory/memory.hpp"

namespace lockstep {
namespace {

// Shared by all learners of one call.
template <class Real>
struct Common {
    const TrainConfig& config;
    std::span<const DeepQSettings> settings;
    std::span<const std::int64_t> checkpoints;
    const NetworkEnv<Real> world{config};
    const NetworkShape shape = q_shape(settings[0], world.inputs(), world.actions());

    const DeepQSettings& of(std::int64_t learner) const { return settings_of(settings, learner); }
    bool stopped() const { return config.stop.stop_requested(); }
};

double epsilon_of(const DeepQSettings& s, std::int64_t episode) {
    if (s.epsilon_decay_episodes == 0 || episode == 0) return s.epsilon;
    const double fall =
        (s.epsilon - s.epsilon_final) / static_cast<double>(s.epsilon_decay_episodes);
    return episode < s.epsilon_decay_episodes ? s.epsilon - fall * static_cast<double>(episode)
                                              : s.epsilon_final;
}

// What a learner still has to do before it can act again.
enum Due : std::uint32_t { learning = 1, copying = 2, beginning = 4 };

// Sixteen lanes in which learners play and learn.
template <class Real>
class Vector {
public:
    Vector(const Common<Real>& common, NetworkResults<Real>& results)
        : common_(common),
          rules_(common.world.worlds()),
          results_(results),
          q_(common.world.networks(), common.shape, common.settings[0], memory_),
          worlds_(common.world.make_worlds()),
          before_(worlds_) {
        keep_rows(memory_, *worlds_);
        memory_.adopt(own_.epsilon, 3);
        memory_.adopt(own_.actions[0], 4);
        best_ = memory_.rows<Real>(common.shape.parameters);
        sample_ = memory_.rows<Real>(common.shape.rows);
        next_ = scratch_.rows<Real>(common.shape.inputs);
    }

    // Trains the learners first .. first + count - 1.
    LaneSteps train(std::int64_t first, std::int64_t count) {
        first_ = first;
        jobs_ = LaneAssigner(count);
        while (!jobs_.done()) {
            if (common_.stopped()) {
                stop();
                break;
            }
            fill();
            const std::uint32_t waits = due(learning);
            const std::uint32_t acts = jobs_.busy() & ~waits;
            if (acts == 0 || idle_ >= patience()) {
                learn(waits);
            } else {
                step(acts);
                idle_ += std::popcount(waits);
            }
        }
        return steps_;
    }

private:
    struct alignas(64) Own {
        Real epsilon[lane_count], best[lane_count], whole[lane_count];
        LaneKeyWords actions;
        LaneWords episodes;  // that have ended
        LaneWords due;
    };

    // Learning costs about as much as four forward passes of every transition.
    std::int64_t patience() const { return 4 * lane_count * common_.settings[0].batch_size; }
    std::uint32_t due(Due what) const {
        std::uint32_t lanes = 0;
        for_lanes(jobs_.busy(), [&](int lane) {
            if ((own_.due[lane] & what) != 0) lanes |= 1U << lane;
        });
        return lanes;
    }
    std::int64_t learner(int lane) const { return first_ + jobs_.of(lane); }

    void fill() {
        std::uint32_t anew = 0;
        const std::uint32_t begun = jobs_.fill([&](int lane, std::int64_t) {
            const LearnerStage stage = stage_before(lane);
            if (has_learnt(stage)) return resume(lane);
            if (stage != LearnerStage::not_begun) return jobs_.finish(lane);  // it failed
            begin(lane);
            anew |= 1U << lane;
        });
        if (anew != 0) q_.draw_weights(anew);
        if (begun != 0) settle(begun & ~due(learning));
    }
    LearnerStage stage_before(int lane) const {
        const auto states = common_.config.resume;
        return states.empty() ? LearnerStage::not_begun
                              : learner_stage(states[static_cast<std::size_t>(learner(lane))]);
    }
    void resume(int lane) {
        const auto states = common_.config.resume;
        const LearnerState& state = states[static_cast<std::size_t>(learner(lane))];
        returns_[lane] = load_learner<Real>(memory_, lane, body_of(state));
    }
    // Hands over the learners in lanes as they are, and unchanged those that were to continue.
    void stop() {
        const auto hand_over_all = [&] {
            for_lanes(jobs_.busy(), [&](int lane) { hand_over(lane, stage_now(lane)); });
        };
        hand_over_all();
        while (!jobs_.done()) {
            jobs_.fill([&](int lane, std::int64_t) {
                if (has_learnt(stage_before(lane))) return resume(lane);
                jobs_.finish(lane);
            });
            hand_over_all();
        }
    }
    LearnerStage stage_now(int lane) const {
        const bool spent = own_.episodes[lane] >= common_.of(learner(lane)).episodes;
        const bool learns = (own_.due[lane] & learning) != 0;
        return spent && !learns ? LearnerStage::finished : LearnerStage::under_way;
    }
    void begin(int lane) {
        memory_.clear(lane);
        returns_[lane].clear();
        const LearnerKeys keys =
            learner_keys(learner_seed(common_.config, learner(lane)), Stream::resets);
        NetworkEnv<Real>::give_lane(*worlds_, lane, keys, 0);
        q_.begin(lane, common_.of(learner(lane)), keys);
        put_key(own_.actions, lane, keys.actions);
        own_.best[lane] = -std::numeric_limits<Real>::infinity();
        own_.whole[lane] = 1;
        own_.due[lane] = beginning;
    }

    // One step of the learners whose bit is set; the others stay as they are.
    void step(std::uint32_t acts) {
        const NetworkKernels<Real>& networks = common_.world.networks();
        const NetworkShape& shape = common_.shape;
        networks.forward(shape, q_.weights(), sample_, 1);
        networks.epsilon_greedy(sample_ + (shape.rows - shape.outputs) * lane_count,
                                q_.head().actions, own_.actions, worlds_->id, worlds_->time,
                                own_.epsilon, worlds_->legal, action_);
        before_ = worlds_;
        common_.world.play().play(rules_, *worlds_, {action_}, next_);
        put_back(*worlds_, *before_, jobs_.busy() & ~acts);
        q_.replay_push(
            {sample_, next_, worlds_->reward, action_, worlds_->terminated, worlds_->legal}, acts);
        networks.polyak_update(next_, shape.inputs, own_.whole, acts, sample_);
        steps_.add({std::popcount(acts), lane_count});
        after_step(acts);
    }
    void after_step(std::uint32_t acts) {
        const std::uint32_t done = acts & (worlds_->terminated | worlds_->truncated);
        const bool by_episode = common_.settings[0].clock == Clock::episodes;
        if (done != 0) end_episodes(done);
        for_lanes(by_episode ? done : acts, [&](int lane) {
            tick(lane, by_episode ? own_.episodes[lane] - 1 : worlds_->time[lane] - 1);
        });
        settle((done | due(copying)) & ~due(learning));
    }
    void end_episodes(std::uint32_t done) {
        std::uint32_t best = 0;
        for_lanes(done, [&](int lane) {
            const Real total = worlds_->total[lane];
            returns_[lane].push_back(total);
            ++own_.episodes[lane];
            own_.due[lane] |= beginning;
            if (!(total >= own_.best[lane])) return;
            own_.best[lane] = total;
            best |= 1U << lane;
        });
        common_.world.networks().polyak_update(q_.weights(), common_.shape.parameters, own_.whole,
                                               best, best_);
    }
    // Called after episode or step number k of this lane.
    void tick(int lane, std::int64_t k) {
        const DeepQSettings& s = common_.of(learner(lane));
        if (k > s.learning_starts && k % s.train_freq == 0) own_.due[lane] |= learning;
        if (s.target == TargetNetwork::hard && k % s.target_update_interval == 0)
            own_.due[lane] |= copying;
    }

    void learn(std::uint32_t waits) {
        idle_ = 0;
        const std::uint32_t broken = q_.train(waits);
        for_lanes(waits, [&](int lane) { own_.due[lane] &= ~std::uint32_t{learning}; });
        for_lanes(broken, [&](int lane) { fail(lane, false); });
        settle(waits & ~broken);
    }
    // Does whatever is due besides learning.
    void settle(std::uint32_t lanes) {
        const std::uint32_t copies = lanes & due(copying), begins = lanes & due(beginning);
        if (copies != 0) q_.copy_target(copies);
        std::uint32_t plays = 0;
        for_lanes(begins, [&](int lane) {
            const DeepQSettings& s = common_.of(learner(lane));
            own_.epsilon[lane] = static_cast<Real>(epsilon_of(s, own_.episodes[lane]));
            if (own_.episodes[lane] >= s.episodes) {
                hand_over(lane, LearnerStage::finished);
            } else if (step_limit_reached(common_.config, worlds_->time[lane])) {
                fail(lane, true);
            } else {
                plays |= 1U << lane;
            }
        });
        if (plays != 0) common_.world.play().begin_episodes(rules_, *worlds_, plays, sample_);
        for_lanes(lanes, [&](int lane) { own_.due[lane] = 0; });
    }

    // The present weights until an episode has ended.
    std::vector<Real> best_weights(int lane) {
        const Real* from = (returns_[lane].empty() ? q_.weights() : best_) + lane;
        std::vector<Real> values;
        for (std::int64_t row = 0; row < common_.shape.parameters; ++row)
            values.push_back(from[row * lane_count]);
        return values;
    }
    void hand_over(int lane, LearnerStage stage) {
        const std::int64_t i = learner(lane);
        record(lane);
        const std::vector<Real> weights = best_weights(lane);
        const std::vector<Real>& returns = returns_[lane];
        results_.add(i, weights, returns, window_means<Real>(returns, common_.checkpoints));
        // The network's outputs depend on how long the lane waited, so they are cleared. A finished
        // learner's observation is cleared too: its next episode fills it in.
        const int seen = stage == LearnerStage::finished ? 0 : common_.shape.inputs;
        for (std::int64_t row = seen; row < common_.shape.rows; ++row)
            sample_[row * lane_count + lane] = 0;
        results_.keep(i, stage, save_learner<Real>(memory_, lane, returns));
        jobs_.finish(lane);
    }
    void fail(int lane, bool step_limit) {
        record(lane);
        results_.fail(learner(lane), step_limit);
        jobs_.finish(lane);
    }
    void record(int lane) {
        results_.record(learner(lane), {worlds_->time[lane], mean_of_all<Real>(returns_[lane])});
    }

    const Common<Real>& common_;
    const Worlds<Real>& rules_;
    NetworkResults<Real>& results_;
    LaneMemory memory_, scratch_;
    QLanes<Real> q_;
    OwnedLaneWorlds<Real> worlds_, before_;  // the present, and before the last step
    Own own_{};
    Real *best_, *sample_, *next_;
    std::vector<Real> returns_[lane_count];  // of each learner's episodes
    std::int32_t action_[lane_count];
    LaneAssigner jobs_{0};
    std::int64_t first_ = 0, idle_ = 0;
    LaneSteps steps_;
};

template <class Real>
void check(const Common<Real>& common, int threads) {
    const NetworkEnv<Real>& world = common.world;
    const std::string& env = common.config.env;
    world.require_choice("dqn");
    if (world.actions() < 2) throw ConfigError(env + ": one action leaves nothing to learn");
    if (never_ends(world.settings()))
        throw ConfigError(env + " never ends: give its episodes `max_episode_steps`");
    for (const DeepQSettings& s : common.settings) {
        if (s.buffer_size < s.batch_size) {
            throw ConfigError("buffer_size = " + std::to_string(s.buffer_size) +
                              ": allowed from batch_size upward, which is " +
                              std::to_string(s.batch_size));
        }
        if (s.double_q && s.target == TargetNetwork::none)
            throw ConfigError(
                "double = true: target = none leaves nothing that is asked twice; "
                "allowed are hard and soft");
    }
    const std::int64_t buffer = common.settings[0].buffer_size;
    if (buffer * transition_floats(world.inputs()) >
        std::numeric_limits<std::int32_t>::max() / lane_count) {
        throw ConfigError("buffer_size = " + std::to_string(buffer) + ": with " +
                          std::to_string(world.inputs()) +
                          " numbers a state, a learner remembers at most 2^27 numbers");
    }
    require_memory(
        static_cast<std::uint64_t>(threads) * QLanes<Real>::replay_bytes(world.inputs(), buffer),
        std::to_string(threads) + " threads with the pasts of sixteen learners each",
        ": give a smaller buffer_size");
}

}  // namespace

void check_deep_q(const TrainConfig& config, std::span<const DeepQSettings> settings) {
    const int threads = Workers(config.threads).count();
    in_precision(
        config,
        [&] {
            check(Common<float>{config, settings, {}}, threads);
        },
        [&] {
            check(Common<double>{config, settings, {}}, threads);
        });
    for (const DeepQSettings& s : settings) check_max_steps(config, s.episodes);
}

NetworkShape q_shape(const DeepQSettings& settings, int inputs, int actions) {
    return make_shape(settings.network, inputs, actions + (settings.dueling ? 1 : 0));
}

ActingNetwork q_network(const NetworkShape& shape, int actions) {
    return {shape, {0, actions}, true, shape.parameters};
}

template <class Real>
TrainResult train_deep_q(const TrainConfig& config, std::span<const DeepQSettings> settings,
                         const ProgressCallback& progress) {
    const Workers workers(config.threads);
    const std::int64_t longest = std::ranges::max(settings, {}, &DeepQSettings::episodes).episodes;
    const auto ends = checkpoint_ends(longest, settings[0].checkpoints);
    const Common<Real> common{config, settings, ends};
    check(common, workers.count());
    const std::int64_t learners = learner_count(config);
    NetworkResults<Real> results(learners, ends, "episodes",
                                 "mean return since the last checkpoint", config.resume);
    const LaneSteps steps = parallel_over_learners(
        workers, learners, progress, [&](std::int64_t first, std::int64_t count) {
            if (config.resume.empty() && common.stopped()) return LaneSteps{};
            return std::make_unique<Vector<Real>>(common, results)->train(first, count);
        });
    return scored(results.finish(steps), config, q_network(common.shape, common.world.actions()));
}

template TrainResult train_deep_q<float>(const TrainConfig&, std::span<const DeepQSettings>,
                                         const ProgressCallback&);
template TrainResult train_deep_q<double>(const TrainConfig&, std::span<const DeepQSettings>,
                                          const ProgressCallback&);

}  // namespace lockstep
