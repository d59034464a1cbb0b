/* The C interface, for whoever binds from elsewhere: environments, training, studies.
 *
 * Handles are opaque, and freed by the function that is named for them. A call that fails returns
 * NULL or LOCKSTEP_REFUSED or LOCKSTEP_FAILED; lockstep_last_error() then says why, to the thread
 * that called. A handle is for one thread at a time; different handles do not know each other.
 * Functions are added without notice, and LOCKSTEP_API_VERSION grows where one changes or goes.
 */
#ifndef LOCKSTEP_LOCKSTEP_H
#define LOCKSTEP_LOCKSTEP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOCKSTEP_API_VERSION 1

enum lockstep_status {
    LOCKSTEP_OK = 0,
    LOCKSTEP_FAILED = 1,  /* trouble with the machine: memory, threads, the disk */
    LOCKSTEP_REFUSED = 2  /* a mistake in what was asked for, in words that say what is allowed */
};

/* That of the library, which a caller compares with LOCKSTEP_API_VERSION. */
int lockstep_api_version(void);
/* "0.1.0". */
const char* lockstep_version(void);
/* Of the last call of this thread that failed; "" where none has. Valid until its next call. */
const char* lockstep_last_error(void);

/* ---- environments, in single precision ---- */

typedef struct lockstep_env lockstep_env;

/* `settings`: `count` texts "name=value". threads: 0 for one a core. */
lockstep_env* lockstep_make(const char* id, int64_t num_envs, uint64_t seed, int threads,
                            const char* const* settings, int count);
void lockstep_env_free(lockstep_env* env);

int64_t lockstep_env_num_envs(const lockstep_env* env);
/* Of the observation, and of an action that consists of numbers (else 0). */
int lockstep_env_observation_columns(const lockstep_env* env);
int lockstep_env_action_columns(const lockstep_env* env);
/* How many actions there are to choose from; 0 where an action consists of numbers. */
int lockstep_env_action_count(const lockstep_env* env);

/* Every environment begins its first episode of `seed`. */
int lockstep_env_reset(lockstep_env* env, uint64_t seed);
/* One action for each environment; or [column][env], of so many numbers in all. */
int lockstep_env_step(lockstep_env* env, const int32_t* actions, int64_t count);
int lockstep_env_step_numbers(lockstep_env* env, const float* actions, int64_t count);

/* Views without copies, valid until the environment is freed: column k of environment i is
 * data[k * stride + i]. NULL where observations are not all reals. */
const float* lockstep_env_observations(const lockstep_env* env, int64_t* stride);
/* One element an environment; flags are 0 or 1. */
const float* lockstep_env_reward(const lockstep_env* env);
const uint8_t* lockstep_env_terminated(const lockstep_env* env);
const uint8_t* lockstep_env_truncated(const lockstep_env* env);
/* Of everything that is shown: the same on any machine. */
uint64_t lockstep_env_hash(const lockstep_env* env);

/* ---- training ---- */

typedef struct lockstep_training lockstep_training;

/* Trains `learners` learners, with seeds seed, seed + 1, ...; each plays `test_episodes` fresh
 * episodes when it is done. `settings` are the agent's and the environment's. */
lockstep_training* lockstep_train(const char* env, const char* agent, uint64_t seed,
                                  int64_t learners, int64_t test_episodes, int threads,
                                  const char* const* settings, int count);
void lockstep_training_free(lockstep_training* training);

/* The mean of the test scores; NaN where there is none. */
double lockstep_training_score(const lockstep_training* training);
/* One a learner, the failed left out; of one learner, its episodes' returns. */
const double* lockstep_training_test_scores(const lockstep_training* training, int64_t* count);
int64_t lockstep_training_env_steps(const lockstep_training* training);
uint64_t lockstep_training_hash(const lockstep_training* training);

/* ---- studies ---- */

typedef struct lockstep_study lockstep_study;

/* Runs the study that a TOML file describes, into a store, or, where `store` is NULL, in memory. */
lockstep_study* lockstep_run_study(const char* file, const char* store, int threads);
void lockstep_study_free(lockstep_study* study);

/* Markdown; valid until the study is freed. */
const char* lockstep_study_report(const lockstep_study* study);
/* The winner: its trial, and the mean of its scores on test seeds; -1 and NaN where there is none. */
int64_t lockstep_study_winner(const lockstep_study* study);
double lockstep_study_test_mean(const lockstep_study* study);

#ifdef __cplusplus
}
#endif

#endif
