/* From C: four thousand environments by hand, and eight learners. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <lockstep/lockstep.h>

enum { num_envs = 4096 };

static int failed(void) {
    fprintf(stderr, "%s\n", lockstep_last_error());
    return 1;
}

int main(void) {
    const char* gravity[] = {"gravity=1.6"};
    lockstep_env* env = lockstep_make("CartPole-v1", num_envs, 1, 0, gravity, 1);
    if (env == NULL) return failed();
    static int32_t actions[num_envs];
    int64_t stride = 0;
    const float* observations = lockstep_env_observations(env, &stride);
    for (int t = 0; t < 1000; ++t) {
        for (int i = 0; i < num_envs; ++i) actions[i] = observations[2 * stride + i] > 0; /* the angle */
        if (lockstep_env_step(env, actions, num_envs) != LOCKSTEP_OK) return failed();
    }
    printf("on the moon: %016" PRIx64 "\n", lockstep_env_hash(env));
    lockstep_env_free(env);

    const char* settings[] = {"steps=16384", "learning_rate=0.003"};
    lockstep_training* ppo = lockstep_train("CartPole-v1", "ppo", 1, 8, 20, 0, settings, 2);
    if (ppo == NULL) return failed();
    printf("ppo, eight learners: %d steps a learner's test episode\n",
           (int)lockstep_training_score(ppo));
    lockstep_training_free(ppo);
    return 0;
}
