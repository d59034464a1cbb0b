// Gymnasium's frozen lake: from S over frozen cells to G, past holes, on ice that may carry the
// walker sideways. State: row * width + column. Actions: left, down, right, up.

#include <algorithm>
#include <array>

#include <lockstep/error.hpp>
#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"
#include "engine/text/text_file.hpp"

namespace lockstep {
namespace {

using Map = std::vector<std::string>;

// The ids use these maps in the same order.
constexpr std::string_view map_names[] = {"4x4", "8x8"};
const Map maps[] = {{"SFFF", "FHFH", "FFFH", "HFFG"},
                    {"SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF",
                     "FHFFHFHF", "FFFHFFFG"}};

constexpr Description about{
    .name = "frozen-lake",
    .source = "Gymnasium 1.3.0",
    .ids = {{.id = "FrozenLake-v1", .max_episode_steps = 100, .reward_threshold = 0.70},
            {.id = "FrozenLake8x8-v1", .max_episode_steps = 200, .reward_threshold = 0.85}},
    .observations = {{.name = "state"}},
    .parameters = {{.name = "success_rate",
                    .value = 1.0 / 3.0,
                    .low = 0,
                    .high = 1,
                    .meaning = "probability of moving in the chosen direction on slippery ice"}},
    .choices = {{.name = "is_slippery",
                 .options = false_or_true,
                 .value = 1,
                 .meaning = "ice carries the walker sideways"}},
    .texts = {{.name = "map_name", .value = "", .meaning = "4x4 or 8x8; empty: the id's"},
              {.name = "desc",
               .value = "",
               .meaning = "file with a map of your own: one row of S, F, H and G per line",
               .file = true},
              {.name = "reward_schedule",
               .value = "1,0,0",
               .meaning = "reward of entering the goal, a hole, any other cell"}}};

struct Rules {
    bool slippery;
    double success;
    std::array<double, 3> reward;  // for G, H, F
};

Map parse_map(const std::string& text, const std::string& path) {
    Map map;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string row = text.substr(begin, end - begin);
        begin = end + 1;
        const std::string where = path + ":" + std::to_string(map.size() + 1) + ":";
        const std::size_t wrong = row.find_first_not_of("SFHG");
        if (wrong != std::string::npos) {
            throw ConfigError(where + std::to_string(wrong + 1) + ": " +
                              character_name(row.substr(wrong)) + ": allowed S, F, H and G");
        }
        if (row.empty() || (!map.empty() && row.size() != map[0].size())) {
            throw ConfigError(where + " " + std::to_string(row.size()) +
                              " cells: expected as many in every row, and at least one");
        }
        map.push_back(std::move(row));
    }
    for (const char needed : {'S', 'G'}) {
        const auto has = [&](const std::string& row) { return row.find(needed) != row.npos; };
        if (std::ranges::none_of(map, has))
            throw ConfigError(path + ": no " + needed + ": expected at least one");
    }
    return map;
}

Map chosen_map(std::string_view id, const WorldSettings& settings) {
    const std::string &name = settings.texts[0], &file = settings.texts[1];
    if (!name.empty() && !file.empty())
        throw ConfigError("map_name and desc: both name a map: allowed one of them");
    if (!file.empty()) return parse_map(*settings.files[1], file);
    if (name.empty()) return maps[id == about.ids.begin()->id ? 0 : 1];
    const auto found = std::ranges::find(map_names, name);
    if (found == std::end(map_names)) throw ConfigError(unknown_name("map_name", name, map_names));
    return maps[found - std::begin(map_names)];
}

Rules read_rules(const WorldSettings& settings) {
    const std::string& text = settings.texts[2];
    const std::vector<double> rewards = reward_list("reward_schedule", text);
    if (rewards.size() != 3)
        throw ConfigError("reward_schedule = '" + text + "': expected three numbers");
    return {settings.choices[0] == 1,
            shared_value(about, settings, 0),
            {rewards[0], rewards[1], rewards[2]}};
}

Outcome move(const Map& map, std::size_t row, std::size_t column, int action, const Rules& rules) {
    if (action == 0 && column > 0) --column;
    if (action == 1 && row + 1 < map.size()) ++row;
    if (action == 2 && column + 1 < map[0].size()) ++column;
    if (action == 3 && row > 0) --row;
    const char cell = map[row][column];
    return {.next = static_cast<std::uint32_t>(row * map[0].size() + column),
            .reward = rules.reward[cell == 'G'   ? 0
                                   : cell == 'H' ? 1
                                                 : 2],
            .terminated = cell == 'G' || cell == 'H'};
}

void add_outcomes(FiniteMdp& mdp, const Map& map, std::size_t row, std::size_t column, int action,
                  const Rules& rules) {
    const char cell = map[row][column];
    if (cell == 'G' || cell == 'H') {
        const std::size_t state = row * map[0].size() + column;
        return mdp.add({.next = static_cast<std::uint32_t>(state), .terminated = true});
    }
    if (!rules.slippery) return mdp.add(move(map, row, column, action, rules));
    for (const int turn : {3, 0, 1}) {
        Outcome outcome = move(map, row, column, (action + turn) % 4, rules);
        outcome.probability = turn == 0 ? rules.success : (1.0 - rules.success) / 2.0;
        mdp.add(outcome);
    }
}

FiniteMdp build(std::string_view id, const WorldSettings& settings) {
    const Rules rules = read_rules(settings);
    const Map map = chosen_map(id, settings);
    FiniteMdp mdp;
    mdp.states = static_cast<std::int64_t>(map.size() * map[0].size());
    mdp.actions = 4;
    for (std::size_t row = 0; row < map.size(); ++row) {
        for (std::size_t column = 0; column < map[0].size(); ++column) {
            for (int action = 0; action < 4; ++action) {
                add_outcomes(mdp, map, row, column, action, rules);
                mdp.close_pair();
            }
            if (map[row][column] == 'S')
                mdp.add_start(static_cast<std::int64_t>(row * map[0].size() + column));
        }
    }
    mdp.close_board();
    mdp.picture = map;
    return mdp;
}

}  // namespace

extern const FiniteEnvironment frozen_lake;
const FiniteEnvironment frozen_lake{about, build};

}  // namespace lockstep
