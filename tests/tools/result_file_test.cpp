// Saved results that were changed after they were written.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <lockstep/agent.hpp>

#include "tests/agents/setting_values.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"
#include "tools/results/result_file.hpp"
#include "tools/results/training.hpp"
#include "tools/text/base64.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

struct Saved {
    Saved() {
        path = std::filesystem::temp_directory_path() /
               ("lockstep-result-" + std::to_string(getpid()) + ".json");
        TrainConfig config{.env = "FrozenLake-v1", .learners = 2, .threads = 1};
        const Agent& agent = find_agent("q-learning");
        set(config, agent, "episodes=50");
        const TrainResult result = train(agent, config);
        Json report = training_report(config, agent, result, {});
        add_saved(report, config, agent, result);
        save_result(path, report);
        std::ifstream file(path, std::ios::binary);
        text.assign(std::istreambuf_iterator<char>(file), {});
        tables = result.tables;
    }
    ~Saved() { std::filesystem::remove(path); }
    Saved(const Saved&) = delete;
    Saved& operator=(const Saved&) = delete;

    // The message of load_result about a file with this content.
    std::string refusal(const std::string& content) const {
        write_file(path, content);
        return test::refusal([&] { load_result(path); });
    }

    std::filesystem::path path;
    std::string text;
    std::vector<LearntTable> tables;
};

TEST_CASE("a result is read as it was saved", "[result-file]") {
    const Saved saved;
    const SavedResult read = load_result(saved.path);
    CHECK(read.agent == "q-learning");
    CHECK(read.config.env == "FrozenLake-v1");
    CHECK(read.config.learners == 2);
    CHECK(test::setting(read.config, find_agent(read.agent), "episodes") == 50);
    REQUIRE(read.tables.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) CHECK(read.tables[i].dense() == saved.tables[i].dense());
}

TEST_CASE("every flipped bit and every missing end is refused", "[result-file]") {
    const Saved saved;
    auto random = test::random_numbers("flipped bits of a saved result");
    for (int i = 0; i < 2000; ++i) {
        std::string damaged = saved.text;
        const std::size_t at = random() % damaged.size();
        const auto bit = static_cast<int>(random() % 8);
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        CAPTURE(at, bit);
        REQUIRE(saved.refusal(damaged).starts_with(saved.path.string() + ":"));
    }
    for (int i = 0; i < 300; ++i) {
        const std::size_t length = random() % saved.text.size();
        CAPTURE(length);
        REQUIRE(saved.refusal(saved.text.substr(0, length)).starts_with(saved.path.string()));
    }
}

TEST_CASE("bytes come back from base64, and nothing else is read as such", "[result-file]") {
    auto random = test::random_numbers("base64");
    for (std::size_t length = 0; length < 50; ++length) {
        std::vector<std::byte> bytes(length);
        for (std::byte& b : bytes) b = static_cast<std::byte>(random());
        CHECK(decode_base64(encode_base64(bytes)) == bytes);
    }
    // RFC 4648, section 10.
    for (const auto& [plain, coded] : {std::pair{"f", "Zg=="}, std::pair{"fo", "Zm8="},
                                       std::pair{"foo", "Zm9v"}, std::pair{"foobar", "Zm9vYmFy"}})
        CHECK(encode_base64(std::as_bytes(std::span(std::string_view(plain)))) == coded);
    for (const char* wrong : {"Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "Zm9v\n", "Zm9*", "===="})
        test::check_refused([&] { decode_base64(wrong); }, {"not base64"});
}

}  // namespace
}  // namespace lockstep
