// Gymnasium's taxi (Dietterich 2000): fetch a passenger and take them where they want to go. State:
// ((row * 5 + column) * 5 + passenger) * 4 + destination, where passenger and destination are one
// of four stands, and passenger 4 sits in the taxi. Actions: south, north, east, west, pick up,
// drop off.
//
// Taxi-v3 and Taxi-v4 differ in rain only, which Gymnasium 1.3 corrected with the new id; here both
// have the corrected one. A fickle passenger is not offered: it remembers more than the state does.

#include <algorithm>
#include <iterator>

#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"

namespace lockstep {
namespace {

constexpr Description about{
    .name = "taxi",
    .source = "Gymnasium 1.3.0",
    .ids = {{.id = "Taxi-v3", .max_episode_steps = 200, .reward_threshold = 8},
            {.id = "Taxi-v4", .max_episode_steps = 200, .reward_threshold = 8}},
    .observations = {{.name = "state"}},
    .parameters = {{.name = "rainy_probability",
                    .value = 0.8,
                    .low = 0,
                    .high = 1,
                    .meaning = "probability of moving in the chosen direction in rain"}},
    .choices = {
        {.name = "is_rainy", .options = false_or_true, .meaning = "moves may drift to a side"}}};

constexpr int size = 5;
constexpr int in_taxi = 4;
// Walls stand between columns: ':' is open.
constexpr std::string_view map[size] = {"|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |",
                                        "|Y| : |B: |"};

struct Place {
    int row, column;
    friend bool operator==(const Place&, const Place&) = default;
};
constexpr Place stands[] = {{0, 0}, {0, 4}, {4, 0}, {4, 3}};

struct State {
    Place taxi;
    int passenger, destination;
    std::uint32_t number() const {
        return static_cast<std::uint32_t>(((taxi.row * size + taxi.column) * 5 + passenger) * 4 +
                                          destination);
    }
};

State state_of(int number) {
    return {{number / 100, number / 20 % size}, number / 4 % 5, number % 4};
}

enum Heading { south, north, east, west };

bool open(Place p, int heading) {
    const std::size_t wall = 2 * static_cast<std::size_t>(p.column);
    if (heading == south) return p.row < size - 1;
    if (heading == north) return p.row > 0;
    return map[p.row][heading == east ? wall + 2 : wall] == ':';
}

Place ahead(Place p, int heading) {
    constexpr Place step[] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    if (!open(p, heading)) return p;
    return {p.row + step[heading].row, p.column + step[heading].column};
}

// In rain a taxi drifts to the left or right of its heading, unless it stands still.
void add_move(FiniteMdp& mdp, State state, int heading, bool rains, double certainty) {
    constexpr Heading left[] = {east, west, north, south}, right[] = {west, east, south, north};
    const Place from = state.taxi;
    const auto add = [&](Place to, double probability) {
        state.taxi = to;
        mdp.add({.probability = probability, .next = state.number(), .reward = -1});
    };
    if (!rains) return add(ahead(from, heading), 1);
    const bool goes = open(from, heading);
    const double drift = (1.0 - certainty) / 2.0;
    add(ahead(from, heading), certainty);
    add(goes ? ahead(from, left[heading]) : from, drift);
    add(goes ? ahead(from, right[heading]) : from, drift);
}

Outcome pick_up(State state) {
    const bool there = state.passenger < in_taxi && state.taxi == stands[state.passenger];
    if (there) state.passenger = in_taxi;
    return {.next = state.number(), .reward = there ? -1.0 : -10.0};
}

Outcome drop_off(State state) {
    const auto* const stand = std::ranges::find(stands, state.taxi);
    if (state.passenger != in_taxi || stand == std::end(stands))
        return {.next = state.number(), .reward = -10};
    state.passenger = static_cast<int>(stand - std::begin(stands));
    const bool arrived = state.passenger == state.destination;
    return {.next = state.number(), .reward = arrived ? 20.0 : -1.0, .terminated = arrived};
}

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    const bool rains = settings.choices[0] == 1;
    const double certainty = shared_value(about, settings, 0);
    FiniteMdp mdp;
    mdp.states = 500;
    mdp.actions = 6;
    for (int number = 0; number < mdp.states; ++number) {
        const State state = state_of(number);
        for (const int heading : {south, north, east, west}) {
            add_move(mdp, state, heading, rains, certainty);
            mdp.close_pair();
        }
        mdp.add(pick_up(state));
        mdp.close_pair();
        mdp.add(drop_off(state));
        mdp.close_pair();
        if (state.passenger != in_taxi && state.passenger != state.destination)
            mdp.add_start(number);
    }
    mdp.close_board();
    return mdp;
}

}  // namespace

extern const FiniteEnvironment taxi;
const FiniteEnvironment taxi{about, build};

}  // namespace lockstep
