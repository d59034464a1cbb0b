// The C interface: handles around the library's own objects, and errors as texts.

#include <lockstep/lockstep.h>

#include <exception>
#include <functional>
#include <limits>
#include <new>
#include <optional>
#include <string>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>
#include <lockstep/store.hpp>
#include <lockstep/vector_env.hpp>

#include "agents/sweep/objectives/registry.hpp"
#include "agents/sweep/study/file.hpp"
#include "engine/environments/config.hpp"

struct lockstep_env {
    lockstep::VectorEnv<float> env;
};

struct lockstep_training {
    lockstep::TrainResult result;
};

struct lockstep_study {
    lockstep::sweep::StudyResult result;
    std::string report;
};

namespace lockstep {
namespace {

std::string& last_error() {
    thread_local std::string text;
    return text;
}

int kept(const char* why, lockstep_status status) {
    try {
        last_error() = why;
    } catch (const std::bad_alloc&) {
        last_error().clear();
    }
    return status;
}

// What `action` does, its exceptions as a status and a text.
int guarded(const std::function<void()>& action) {
    try {
        action();
        return LOCKSTEP_OK;
    } catch (const std::bad_alloc&) {
        return kept("out of memory", LOCKSTEP_FAILED);
    } catch (const ConfigError& error) {
        return kept(error.what(), LOCKSTEP_REFUSED);
    } catch (const std::exception& error) {
        return kept(error.what(), LOCKSTEP_FAILED);
    }
}

template <class T>
T* made(const std::function<T*()>& make) {
    T* object = nullptr;
    guarded([&] { object = make(); });
    return object;
}

const char* text_of(const char* text, const char* name) {
    if (text == nullptr) throw ConfigError(std::string(name) + " is NULL");
    return text;
}

}  // namespace
}  // namespace lockstep

using namespace lockstep;

int lockstep_api_version(void) { return LOCKSTEP_API_VERSION; }
const char* lockstep_version(void) { return LOCKSTEP_VERSION; }
const char* lockstep_last_error(void) { return last_error().c_str(); }

lockstep_env* lockstep_make(const char* id, int64_t num_envs, uint64_t seed, int threads,
                            const char* const* settings, int count) {
    return made<lockstep_env>([&] {
        VectorEnvConfig config{.id = text_of(id, "id"), .num_envs = num_envs, .seed = seed};
        config.threads = threads;
        const EnvironmentEntry entry = find_environment(config.id);
        for (int i = 0; i < count; ++i)
            set(config.settings, entry.tables.about(), text_of(settings[i], "a setting"));
        return new lockstep_env{VectorEnv<float>(config)};
    });
}
void lockstep_env_free(lockstep_env* env) { delete env; }

int64_t lockstep_env_num_envs(const lockstep_env* env) { return env->env.size(); }
int lockstep_env_observation_columns(const lockstep_env* env) {
    return env->env.about().observation_count();
}
int lockstep_env_action_columns(const lockstep_env* env) {
    return env->env.about().action_column_count();
}
int lockstep_env_action_count(const lockstep_env* env) { return env->env.action_count(); }

int lockstep_env_reset(lockstep_env* env, uint64_t seed) {
    return guarded([&] { env->env.reset(seed); });
}
int lockstep_env_step(lockstep_env* env, const int32_t* actions, int64_t count) {
    return guarded([&] {
        env->env.step(std::span<const std::int32_t>(actions, static_cast<std::size_t>(count)));
    });
}
int lockstep_env_step_numbers(lockstep_env* env, const float* actions, int64_t count) {
    return guarded(
        [&] { env->env.step(std::span<const float>(actions, static_cast<std::size_t>(count))); });
}

const float* lockstep_env_observations(const lockstep_env* env, int64_t* stride) {
    const float* data = nullptr;
    guarded([&] {
        const ColumnsView<float> view = env->env.observations();
        data = view.data;
        if (stride != nullptr) *stride = view.stride;
    });
    return data;
}
const float* lockstep_env_reward(const lockstep_env* env) { return env->env.reward().data(); }
const uint8_t* lockstep_env_terminated(const lockstep_env* env) {
    return env->env.terminated().data();
}
const uint8_t* lockstep_env_truncated(const lockstep_env* env) {
    return env->env.truncated().data();
}
uint64_t lockstep_env_hash(const lockstep_env* env) { return env->env.hash(); }

lockstep_training* lockstep_train(const char* env, const char* agent, uint64_t seed,
                                  int64_t learners, int64_t test_episodes, int threads,
                                  const char* const* settings, int count) {
    return made<lockstep_training>([&] {
        const Agent& found = find_agent(text_of(agent, "agent"));
        TrainConfig config{.env = text_of(env, "env"), .seed = seed, .learners = learners};
        config.threads = threads, config.test_episodes = test_episodes;
        if (learners < 1)
            throw ConfigError("learners = " + std::to_string(learners) + ": allowed from 1");
        for (int i = 0; i < count; ++i) set(config, found, text_of(settings[i], "a setting"));
        return new lockstep_training{train(found, config)};
    });
}
void lockstep_training_free(lockstep_training* training) { delete training; }

double lockstep_training_score(const lockstep_training* training) {
    return training->result.score();
}
const double* lockstep_training_test_scores(const lockstep_training* training, int64_t* count) {
    if (count != nullptr) *count = std::ssize(training->result.test_scores);
    return training->result.test_scores.data();
}
int64_t lockstep_training_env_steps(const lockstep_training* training) {
    return training->result.env_steps;
}
uint64_t lockstep_training_hash(const lockstep_training* training) { return training->result.hash; }

lockstep_study* lockstep_run_study(const char* file, const char* store, int threads) {
    return made<lockstep_study>([&] {
        const sweep::Study study = sweep::read_study_file(text_of(file, "file"));
        const sweep::RunOptions options{.evaluate = {.threads = threads}};
        auto result = store == nullptr
                          ? sweep::run(study, options)
                          : sweep::run(study, sweep::open_store(store, study), options);
        std::string report = sweep::report(result);
        return new lockstep_study{std::move(result), std::move(report)};
    });
}
void lockstep_study_free(lockstep_study* study) { delete study; }

const char* lockstep_study_report(const lockstep_study* study) { return study->report.c_str(); }
int64_t lockstep_study_winner(const lockstep_study* study) {
    const auto& finalists = study->result.report.finalists;
    return finalists.empty() ? -1 : finalists[0].trial;
}
double lockstep_study_test_mean(const lockstep_study* study) {
    const auto& finalists = study->result.report.finalists;
    return finalists.empty() ? std::numeric_limits<double>::quiet_NaN() : finalists[0].test.mean;
}
