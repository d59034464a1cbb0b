// What a careful person writes first: one classic-control environment, a loop, the C library's
// functions. Prints thousands of steps per second, with random actions and resets included:
//
//     g++ -std=c++20 -O3 -march=native bench/peers/plain_loops.cpp -o plain_loops && ./plain_loops
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace {

constexpr double pi = 3.141592653589793;

struct Random {
    std::uint64_t state = 1;
    std::uint32_t bits() {
        state = state * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::uint32_t>(state >> 33U);
    }
    template <class Real>
    Real uniform(Real low, Real high) {
        return low + (high - low) * static_cast<Real>(bits()) * static_cast<Real>(0x1p-31);
    }
};

template <class Real>
struct CartPole {
    static constexpr int limit = 500;
    Real x, x_dot, theta, theta_dot;
    void reset(Random& r) {
        for (Real* v : {&x, &x_dot, &theta, &theta_dot}) *v = r.uniform<Real>(-0.05, 0.05);
    }
    bool step(Random& r, Real& reward) {
        const Real force = r.bits() % 2 == 1 ? 10 : -10, c = std::cos(theta), s = std::sin(theta);
        const Real temp = (force + Real(0.05) * theta_dot * theta_dot * s) / Real(1.1);
        const Real turn = (Real(9.8) * s - c * temp) /
                          (Real(0.5) * (Real(4) / 3 - Real(0.1) * c * c / Real(1.1)));
        const Real push = temp - Real(0.05) * turn * c / Real(1.1);
        x += Real(0.02) * x_dot, x_dot += Real(0.02) * push;
        theta += Real(0.02) * theta_dot, theta_dot += Real(0.02) * turn;
        reward = 1;
        return std::abs(x) > Real(2.4) || std::abs(theta) > Real(12 * 2 * pi / 360);
    }
};

template <class Real>
struct MountainCar {
    static constexpr int limit = 200;
    Real position, velocity;
    void reset(Random& r) { position = r.uniform<Real>(-0.6, -0.4), velocity = 0; }
    bool move(Real push, Real goal) {
        velocity = std::clamp<Real>(velocity + push - Real(0.0025) * std::cos(3 * position),
                                    Real(-0.07), Real(0.07));
        position = std::clamp<Real>(position + velocity, Real(-1.2), Real(0.6));
        if (position == Real(-1.2) && velocity < 0) velocity = 0;
        return position >= goal && velocity >= 0;
    }
    bool step(Random& r, Real& reward) {
        reward = -1;
        return move((static_cast<Real>(r.bits() % 3) - 1) * Real(0.001), Real(0.5));
    }
};

template <class Real>
struct MountainCarContinuous : MountainCar<Real> {
    static constexpr int limit = 999;
    bool step(Random& r, Real& reward) {
        const Real action = r.uniform<Real>(-1, 1);
        const bool arrived = this->move(action * Real(0.0015), Real(0.45));
        reward = (arrived ? 100 : 0) - Real(0.1) * action * action;
        return arrived;
    }
};

template <class Real>
struct Pendulum {
    static constexpr int limit = 200;
    Real theta, theta_dot;
    void reset(Random& r) { theta = r.uniform<Real>(-pi, pi), theta_dot = r.uniform<Real>(-1, 1); }
    bool step(Random& r, Real& reward) {
        const Real u = std::clamp<Real>(r.uniform<Real>(-2, 2), -2, 2);
        Real angle = std::fmod(theta + Real(pi), Real(2 * pi));
        if (angle < 0) angle += Real(2 * pi);
        angle -= Real(pi);
        reward = -(angle * angle + Real(0.1) * theta_dot * theta_dot + Real(0.001) * u * u);
        theta_dot =
            std::clamp<Real>(theta_dot + (15 * std::sin(theta) + 3 * u) * Real(0.05), -8, 8);
        theta += theta_dot * Real(0.05);
        return false;
    }
};

template <class Real>
struct Acrobot {
    static constexpr int limit = 500;
    Real s[4];
    void reset(Random& r) {
        for (Real& v : s) v = r.uniform<Real>(-0.1, 0.1);
    }
    static void derivative(const Real (&s)[4], Real torque, Real (&d)[4]) {
        const Real c2 = std::cos(s[1]), s2 = std::sin(s[1]), g = Real(9.8);
        const Real d1 = Real(0.25) + (Real(1.25) + c2) + 2, d2 = Real(0.25) + Real(0.5) * c2 + 1;
        const Real phi2 = Real(0.5) * g * std::cos(s[0] + s[1] - Real(pi / 2));
        const Real phi1 = -Real(0.5) * s[3] * s[3] * s2 - s[3] * s[2] * s2 +
                          Real(1.5) * g * std::cos(s[0] - Real(pi / 2)) + phi2;
        d[0] = s[2], d[1] = s[3];
        d[3] = (torque + d2 / d1 * phi1 - Real(0.5) * s[2] * s[2] * s2 - phi2) /
               (Real(1.25) - d2 * d2 / d1);
        d[2] = -(d2 * d[3] + phi1) / d1;
    }
    bool step(Random& r, Real& reward) {
        const Real torque = static_cast<Real>(r.bits() % 3) - 1;
        const Real time[] = {0, Real(0.1), Real(0.1), Real(0.2)}, weight[] = {1, 2, 2, 1};
        Real k[4] = {}, sum[4] = {}, at[4];
        for (int i = 0; i < 4; ++i) {
            for (int j = 0; j < 4; ++j) at[j] = s[j] + time[i] * k[j];
            derivative(at, torque, k);
            for (int j = 0; j < 4; ++j) sum[j] += weight[i] * k[j];
        }
        for (int j = 0; j < 4; ++j) s[j] += Real(0.2 / 6) * sum[j];
        for (int j = 0; j < 2; ++j) {
            while (s[j] > Real(pi)) s[j] -= Real(2 * pi);
            while (s[j] < Real(-pi)) s[j] += Real(2 * pi);
        }
        s[2] = std::clamp<Real>(s[2], Real(-4 * pi), Real(4 * pi));
        s[3] = std::clamp<Real>(s[3], Real(-9 * pi), Real(9 * pi));
        const bool arrived = -std::cos(s[0]) - std::cos(s[1] + s[0]) > 1;
        reward = arrived ? 0 : -1;
        return arrived;
    }
};

template <class World, class Real>
double millions(double& sum) {
    Random random;
    World world;
    world.reset(random);
    int length = 0;
    std::int64_t steps = 0;
    const auto start = std::chrono::steady_clock::now();
    double seconds = 0;
    while (seconds < 1) {
        for (int i = 0; i < 100000; ++i) {
            Real reward;
            const bool over = world.step(random, reward);
            sum += static_cast<double>(reward) + (over ? 1 : 0);
            if (over || ++length == World::limit) world.reset(random), length = 0;
        }
        steps += 100000;
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    return static_cast<double>(steps) / seconds / 1e6;
}

template <template <class> class World>
void print(const char* name) {
    double sum = 0;
    const double f32 = millions<World<float>, float>(sum);
    const double f64 = millions<World<double>, double>(sum);
    // Printing the sum keeps the compiler from removing the loop.
    std::printf("%-26s %10lld %10lld   thousand steps/s in f32, f64   (%lld)\n", name,
                static_cast<long long>(f32 * 1e3), static_cast<long long>(f64 * 1e3),
                static_cast<long long>(sum));
}

}  // namespace

int main() {
    print<CartPole>("CartPole-v1");
    print<MountainCar>("MountainCar-v0");
    print<MountainCarContinuous>("MountainCarContinuous-v0");
    print<Acrobot>("Acrobot-v1");
    print<Pendulum>("Pendulum-v1");
}
