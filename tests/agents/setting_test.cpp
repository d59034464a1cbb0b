// Settings as their structs declare them, and as agents check given values.

#include <lockstep/agent.hpp>

#include "tests/agents/setting_values.hpp"
#include "tests/support/errors.hpp"

namespace lockstep::test {
namespace {

enum class Color { red, green };
constexpr const char* colors[] = {"red", "green"};

int read_length(std::string_view text) {
    if (text.empty()) throw ConfigError("'': allowed any text but none");
    return static_cast<int>(text.size());
}
std::string write_length(const int& length) {
    return std::string(static_cast<std::size_t>(length), 'x');
}

struct Example {
    double weight = 0.5;
    std::int64_t count = 3;
    bool loud = false;
    Color color = Color::green;
    int length = 2;

    void declare(SettingList& list) {
        list.number("weight", weight, 0, 1, "a number").per_learner().old_name("mass");
        list.integer("count", count, 1, 10, "a whole number").budget();
        list.flag("loud", loud, "a switch");
        list.word("color", color, colors, "a word").per_learner();
        list.text("length", length, read_length, write_length, "a text");
    }
    void complete(const SettingList& list) {
        if (list.given("loud") && !list.given("count")) count = 9;
    }
};

TrainResult train_example(const TrainConfig& config, std::span<const Example> settings,
                          const ProgressCallback&) {
    TrainResult result;
    for (std::int64_t i = 0; i < learner_count(config); ++i) {
        const Example& s = settings[settings.size() == 1 ? 0 : static_cast<std::size_t>(i)];
        result.learners.push_back({s.count, s.weight});
    }
    return result;
}

Agent example() {
    return make_agent<Example>({.id = "example", .source = "", .train = train_example});
}

}  // namespace

TEST_CASE("a struct lists its settings with what its members hold", "[setting]") {
    const std::vector<Setting> all = listed(Example{.weight = 0.25, .color = Color::red});
    REQUIRE(all.size() == 5);
    CHECK(all[0].value == 0.25);
    CHECK(all[0].per_learner);
    CHECK_FALSE(all[0].budget);
    CHECK(all[0].old_name == std::string("mass"));
    CHECK(all[1].type == Setting::Type::integer);
    CHECK(all[1].max == 10);
    CHECK(all[1].budget);
    CHECK(all[2].value == "false");
    CHECK(all[3].value == "red");
    CHECK(all[3].words.size() == 2);
    CHECK(all[4].value == "xx");
}

TEST_CASE("values become what members hold, spelled as numbers or as words", "[setting]") {
    const SettingValues shared{{"weight", "0.75"}, {"count", 7}, {"loud", true}, {"length", "abc"}};
    const Example made = with_values(Example{}, shared, {{"weight", 0.125}, {"color", "red"}});
    CHECK(made.weight == 0.125);
    CHECK(made.count == 7);
    CHECK(made.loud);
    CHECK(made.color == Color::red);
    CHECK(made.length == 3);
    CHECK(with_values(Example{}, {{"loud", false}}).count == 9);
    CHECK(with_values(Example{}, {}).count == 3);
}

TEST_CASE("a value that is not allowed is refused with what is", "[setting]") {
    const auto given = [](const char* name, const SettingValue& value) {
        return [name, value] { with_values(Example{}, {{name, value}}); };
    };
    check_refused(given("weight", 1.5), {"weight = '1.5'", "from 0 to 1"});
    check_refused(given("weight", "heavy"), {"weight = 'heavy'"});
    check_refused(given("weight", std::nan("")), {"weight = 'nan'"});
    check_refused(given("count", 2.5), {"count = '2.5'", "whole numbers from 1 to 10"});
    check_refused(given("loud", 2), {"loud", "'2'", "false, true"});
    check_refused(given("color", "gren"), {"did you mean 'green'?"});
    check_refused(given("length", ""), {"length: ", "any text but none"});
}

TEST_CASE("an agent takes settings from one list, whoever they belong to", "[setting]") {
    const Agent agent = example();
    TrainConfig config{.env = "CartPole-v1",
                       .settings = {{"count", 4}, {"gravity", 1.5}, {"max_episode_steps", 20}}};
    CHECK(train(agent, config).learners[0].steps == 4);
    config.settings = {{"gravty", 1}};
    check_refused([&] { train(agent, config); }, {"unknown setting 'gravty'", "'gravity'"});
    config.settings = {{"gravity", "heavy"}};
    check_refused([&] { train(agent, config); }, {"gravity"});
    config.settings = {{"mass", 1}};
    check_refused([&] { train(agent, config); }, {"'mass' is called weight now"});
    check_refused([&] { set(config, agent, "mass=1"); }, {"'mass' is called weight now"});
    check_refused([&] { set(config, agent, "color=blue"); }, {"unknown value of color 'blue'"});
}

TEST_CASE("learners differ in what is theirs alone", "[setting]") {
    const Agent agent = example();
    std::vector<LearnerConfig> learners(2);
    learners[1].settings["weight"] = 0.125;
    TrainConfig config{.env = "CartPole-v1", .learner_overrides = learners};
    const TrainResult result = train(agent, config);
    CHECK(result.learners[0].training_return == 0.5);
    CHECK(result.learners[1].training_return == 0.125);
    learners[0].settings["count"] = 2;
    check_refused([&] { train(agent, config); }, {"count", "cannot differ"});
    learners[0].settings = {{"gravity", 1}};
    check_refused([&] { train(agent, config); }, {"unknown setting 'gravity'"});
}

TEST_CASE("an agent that is registered is found by its name, which is its own", "[setting]") {
    register_agent(example());
    CHECK(train("example", {.env = "CartPole-v1", .learners = 2}).learners.size() == 2);
    CHECK(agents().back().id == "example");
    check_refused([] { register_agent(example()); }, {"agent 'example'", "already"});
    check_refused([] { find_agent("exampl"); }, {"did you mean 'example'?"});
}

// Declarations are read once; a range that excludes its own default would be our mistake.
TEST_CASE("every agent's defaults are allowed values", "[setting]") {
    for (const Agent& agent : agents()) {
        CAPTURE(agent.id);
        TrainConfig config{.env = "CartPole-v1"};
        for (const Setting& setting : agent.settings) {
            CAPTURE(setting.name);
            config.settings.insert_or_assign(setting.name, setting.value);
            CHECK(std::string_view(setting.meaning).size() > 3);
        }
        const std::vector<Setting> values = agent.values(config);
        REQUIRE(values.size() == agent.settings.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            CHECK(values[i].value == agent.settings[i].value);
    }
}

}  // namespace lockstep::test
