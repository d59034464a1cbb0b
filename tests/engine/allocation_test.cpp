// Steps and rollouts allocate nothing after their first run. Every allocation of the process goes
// through the functions below, which replace glibc's.

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "tests/support/catch.hpp"

// NOLINTBEGIN(bugprone-reserved-identifier): glibc's names, which its malloc calls, too
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* memory, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

std::atomic<std::int64_t> allocations{0};

void count() { allocations.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

extern "C" {
void* malloc(std::size_t bytes) { return count(), __libc_malloc(bytes); }
void* calloc(std::size_t n, std::size_t bytes) { return count(), __libc_calloc(n, bytes); }
void* realloc(void* memory, std::size_t bytes) { return count(), __libc_realloc(memory, bytes); }
void* memalign(std::size_t alignment, std::size_t bytes) {
    return count(), __libc_memalign(alignment, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
    return count(), __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) {
    count();
    *memory = __libc_memalign(alignment, bytes);
    return *memory == nullptr ? ENOMEM : 0;
}
}

namespace lockstep {
namespace {

constexpr int warm_up = 200;

std::int64_t allocations_of(auto&& work) {
    const std::int64_t before = allocations.load();
    work();
    return allocations.load() - before;
}

// Enough worlds for two threads to share the steps.
VectorEnvConfig config_of(int threads, Autoreset mode) {
    return {.id = "CartPole-v1",
            .num_envs = threads == 1 ? 1003 : 20000,
            .autoreset = mode,
            .threads = threads};
}

template <class Real>
void check_steps(VectorEnvConfig config) {
    VectorEnv<Real> env(config);
    std::vector<std::int32_t> actions(static_cast<std::size_t>(config.num_envs));
    const PolicySpec policy{.name = "random"};
    const auto run = [&](int steps) {
        for (int t = 0; t < steps; ++t) {
            env.act(policy, actions);
            env.step(actions);
        }
    };
    run(warm_up);
    CHECK(allocations_of([&] { run(1000); }) == 0);
}

template <class Real>
void check_rollouts(int threads) {
    VectorEnv<Real> env(config_of(threads, Autoreset::same_step));
    const PolicySpec policy{.name = "linear", .weights = {0.1, 0.3, 1.0, 0.5}};
    const auto run = [&](int times) {
        for (int i = 0; i < times; ++i) env.rollout(policy, 10);
    };
    run(warm_up);
    CHECK(allocations_of([&] { run(300); }) == 0);
}

}  // namespace

TEST_CASE("allocations are counted, whoever makes them", "[allocation]") {
    const auto aligned = std::align_val_t(64);
    CHECK(allocations_of([] { ::operator delete(::operator new(64)); }) == 1);
    CHECK(allocations_of([=] { ::operator delete(::operator new(64, aligned), aligned); }) == 1);
    CHECK(allocations_of([] { make<float>("CartPole-v1", 100); }) > 0);
    CHECK(allocations_of([] {}) == 0);
}

TEST_CASE("1000 steps allocate nothing", "[allocation]") {
    for (const Autoreset mode : {Autoreset::next_step, Autoreset::same_step, Autoreset::disabled}) {
        for (const int threads : {1, 2}) {
            CAPTURE(static_cast<int>(mode), threads);
            check_steps<float>(config_of(threads, mode));
            check_steps<double>(config_of(threads, mode));
        }
    }
}

TEST_CASE("steps with Gymnasium's resets allocate nothing", "[allocation]") {
    for (const Seeding seeding : {Seeding::gymnasium, Seeding::gymnasium_shared}) {
        VectorEnvConfig config = config_of(1, Autoreset::same_step);
        config.seeding = seeding;
        check_steps<float>(config);
    }
}

TEST_CASE("repeated rollouts allocate nothing", "[allocation]") {
    for (const int threads : {1, 2}) {
        CAPTURE(threads);
        check_rollouts<float>(threads);
        check_rollouts<double>(threads);
    }
}

}  // namespace lockstep
