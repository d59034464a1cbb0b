
#include "tools/reproduce/systems/gridworld_replay.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "engine/random/python_random.hpp"

namespace lockstep {
namespace {

constexpr int board_seed = 13, side = 8, epochs = 10'000, walks = 100;

struct Position {
    int x, y;
};
constexpr Position moves[] = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};
Position moved(Position from, std::size_t action) {
    return {from.x + moves[action].x, from.y + moves[action].y};
}

// A board and the agent on it; the random numbers of both come from one stream.
struct World {
    PythonRandom random{board_seed};
    Board board = random_board(side, side, {}, random);
    Position at{0, 0};

    bool contains(Position p) const { return board.contains(p.x, p.y); }
    Cell cell(Position p) const { return board.at(p.x, p.y); }
    Cell cell() const { return cell(at); }
    std::size_t index(Position p) const { return board.index(p.x, p.y); }

    void start() {
        do {
            at.x = static_cast<int>(random.randint(0, board.width - 1));
            at.y = static_cast<int>(random.randint(0, board.height - 1));
        } while (cell() != Cell::ground);
    }
};

using Row = std::array<double, 4>;

// Sums go from first to last, as NumPy's do for four numbers.
Row probabilities(const Row& values) {
    const double least = std::ranges::min(values);
    Row shares;
    double total = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) total += shares[i] = values[i] - least + 1e-4;
    for (double& share : shares) share /= total;
    return shares;
}

std::size_t random_action(World& world) { return world.random.choice_index(4); }

struct Learnt {
    const GridLearning& learning;
    std::size_t operator()(World& world) const {
        return world.random.choices_index(probabilities(learning.q[world.index(world.at)]));
    }
};

struct Greedy {
    const GridLearning& learning;
    std::size_t operator()(World& world) const {
        const Row shares = probabilities(learning.q[world.index(world.at)]);
        return static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
    }
};

GridLearning untaught(const World& world) {
    return {std::vector<Row>(world.board.cells.size(), {0.25, 0.25, 0.25, 0.25}), {}, 0};
}

// The rate depends on the step within the epoch only, so every epoch begins by overwriting.
void update(GridLearning& learning, World& world, Position from, std::size_t action, double reward,
            std::int64_t step) {
    const double rate = std::exp(static_cast<double>(-step) / 3000);
    const double next = std::ranges::max(learning.q[world.index(moved(from, action))]);
    double& value = learning.q[world.index(from)][action];
    value = (1 - rate) * value + rate * (reward + 0.5 * next);
    ++learning.updates;
}

// Section 1. A move into water or off the board is tried again, at no cost.
int walk_to_apple(World& world, auto&& policy) {
    world.start();
    for (int steps = 0;; ++steps) {
        if (world.cell() == Cell::apple) return steps;
        if (world.cell() == Cell::wolf) return -1;
        Position next;
        do {
            next = moved(world.at, policy(world));
        } while (!world.contains(next) || world.cell(next) == Cell::water);
        world.at = next;
    }
}

ApplesReplay::Walks walks_to_apple(World& world, auto&& policy) {
    int eaten = 0;
    double total = 0;
    for (int i = 0; i < walks; ++i) {
        const int steps = walk_to_apple(world, policy);
        eaten += steps < 0;
        total += std::max(steps, 0);
    }
    return {total / (walks - eaten), eaten};
}

constexpr double fatal = -10;
double apple_reward(const World& world) {
    if (!world.contains(world.at)) return fatal;
    const Cell cell = world.cell();
    if (cell == Cell::water || cell == Cell::wolf) return fatal;
    return cell == Cell::apple ? 10 : -0.1;
}

// The apple does not end an epoch, and a fatal move is never learnt.
std::int64_t apple_epoch(World& world, GridLearning& learning) {
    world.start();
    double total = 0;
    for (std::int64_t step = 0;; ++step) {
        const Position from = world.at;
        const std::size_t action = Learnt{learning}(world);
        world.at = moved(from, action);
        const double reward = apple_reward(world);
        total += reward;
        if (reward == fatal || total < -1000) return step;
        update(learning, world, from, action, reward, step);
    }
}

// Section 2. A move off the board leaves the position unchanged, and tires all the same.
struct Fighter {
    World& world;
    int energy = 10, fatigue = 0;

    explicit Fighter(World& on) : world(on) { world.start(); }
    void move(std::size_t action) {
        if (const Position next = moved(world.at, action); world.contains(next)) world.at = next;
        --energy, ++fatigue;
        if (world.cell() == Cell::tree) fatigue = 0;
        if (world.cell() == Cell::apple) energy = 10;
    }
    bool wins() const { return energy > fatigue; }
    int reward() const {
        if (world.cell() == Cell::wolf) return wins() ? 100 : -100;
        return world.cell() == Cell::water ? -100 : energy - fatigue;
    }
};

int walk_to_wolf(World& world, auto&& policy) {
    Fighter fighter(world);
    for (int steps = 0;; ++steps) {
        if (world.cell() == Cell::wolf) return fighter.wins() ? steps : -steps;
        if (world.cell() == Cell::water) return 0;
        fighter.move(policy(world));
    }
}

WolfReplay::Walks walks_to_wolf(World& world, auto&& policy) {
    WolfReplay::Walks ends{};
    for (int i = 0; i < walks; ++i) {
        const int steps = walk_to_wolf(world, policy);
        ++(steps < 0 ? ends.killed : steps > 0 ? ends.won : ends.drowned);
    }
    return ends;
}

// A reward of -100 by exhaustion ends an epoch too; neither it nor the victory is learnt.
std::int64_t wolf_epoch(World& world, GridLearning& learning) {
    Fighter fighter(world);
    for (std::int64_t step = 0;; ++step) {
        const Position from = world.at;
        const Row shares = probabilities(learning.q[world.index(from)]);
        std::size_t action = 0;
        do {
            action = world.random.choices_index(shares);
        } while (!world.contains(moved(from, action)));
        fighter.move(action);
        const int reward = fighter.reward();
        if (std::abs(reward) == 100) return step;
        update(learning, world, from, action, reward, step);
    }
}

GridLearning learn(World& world, std::int64_t (&epoch)(World&, GridLearning&)) {
    GridLearning learning = untaught(world);
    for (int i = 0; i < epochs; ++i) learning.steps.push_back(epoch(world, learning));
    return learning;
}

}  // namespace

// The order of the statements below is the order of the stream.
ApplesReplay replay_apples() {
    World world;
    const int random_walk = walk_to_apple(world, random_action);
    const ApplesReplay::Walks random_walks = walks_to_apple(world, random_action);
    GridLearning learning = learn(world, apple_epoch);
    const int greedy_walk = walk_to_apple(world, Greedy{learning});
    const ApplesReplay::Walks learnt_walks = walks_to_apple(world, Learnt{learning});
    return {world.board, random_walk, random_walks, std::move(learning), greedy_walk, learnt_walks};
}

WolfReplay replay_wolf() {
    World world;
    const int random_walk = walk_to_wolf(world, random_action);
    const WolfReplay::Walks random_walks = walks_to_wolf(world, random_action);
    GridLearning learning = learn(world, wolf_epoch);
    const WolfReplay::Walks learnt_walks = walks_to_wolf(world, Learnt{learning});
    return {world.board, random_walk, random_walks, std::move(learning), learnt_walks};
}

GridLearning replay_wolf_learning(std::uint32_t seed) {
    World world;
    world.random = PythonRandom(seed);
    return learn(world, wolf_epoch);
}

}  // namespace lockstep
