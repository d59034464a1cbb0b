// Pictures against those that pygame drew, and the files that contain them.

#include <gif_lib.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numbers>

#include "engine/environments/config.hpp"
#include "engine/environments/registry.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/numbers.hpp"
#include "tests/support/recorded.hpp"
#include "tools/pictures/board_picture.hpp"
#include "tools/pictures/gif.hpp"

namespace lockstep {
namespace {

constexpr int width = 600, height = 400;

// What an environment draws for a state, with its default parameters.
class EnvironmentPicture {
public:
    explicit EnvironmentPicture(const char* id)
        : kernels_(find_environment(id).tables.by_isa[Isa::scalar]) {
        for (const ParameterInfo& p : kernels_.about->parameters) parameters_.push_back(p.value);
        for (const ChoiceInfo& c : kernels_.about->choices) choices_.push_back(c.value);
    }
    PixelCanvas canvas() const { return {kernels_.picture->width, kernels_.picture->height}; }
    void draw(Canvas& canvas, const std::vector<double>& state) const {
        kernels_.draw(state.data(), parameters_.data(), choices_.data(), canvas);
    }

private:
    const EnvironmentKernels& kernels_;
    std::vector<double> parameters_;
    std::vector<std::int32_t> choices_;
};

// A GIF read back by giflib: the pixels of each frame.
struct Decoded {
    explicit Decoded(const std::string& text) : left(text) {
        GifFileType* gif = DGifOpen(this, read, nullptr);
        REQUIRE(gif != nullptr);
        REQUIRE(DGifSlurp(gif) == GIF_OK);
        size = {gif->SWidth, gif->SHeight};
        for (int i = 0; i < gif->ImageCount; ++i) {
            GraphicsControlBlock control;
            REQUIRE(DGifSavedExtensionToGCB(gif, i, &control) == GIF_OK);
            delays.push_back(control.DelayTime);
            const SavedImage& image = gif->SavedImages[i];
            auto& frame = frames.emplace_back();
            for (int p = 0; p < image.ImageDesc.Width * image.ImageDesc.Height; ++p) {
                const GifColorType c = gif->SColorMap->Colors[image.RasterBits[p]];
                frame.push_back({c.Red, c.Green, c.Blue});
            }
        }
        DGifCloseFile(gif, nullptr);
    }
    static int read(GifFileType* gif, GifByteType* bytes, int count) {
        auto& self = *static_cast<Decoded*>(gif->UserData);
        const std::size_t given = std::min(self.left.size(), static_cast<std::size_t>(count));
        std::memcpy(bytes, self.left.data(), given);
        self.left.remove_prefix(given);
        return static_cast<int>(given);
    }

    std::string_view left;
    std::pair<int, int> size;
    std::vector<std::vector<Color>> frames;
    std::vector<int> delays;
};

std::vector<double> recorded_state(const Json& frame) {
    std::vector<double> state;
    for (const auto& text : frame.at("state"))
        state.push_back(test::number_of(text.get<std::string>()));
    return state;
}

TEST_CASE("CartPole looks as Gymnasium draws it", "[render]") {
    PixelCanvas canvas(width, height);
    const EnvironmentPicture picture("CartPole-v1");
    const Json frames = test::recorded("cartpole/render.json").at("frames");
    for (const Json& frame : frames) {
        const int t = frame.at("t").get<int>();
        CAPTURE(t);
        std::ifstream file(LOCKSTEP_GOLDEN_DIR "/cartpole/cartpole_frame_seed42_t" +
                           std::to_string(t) + ".gif");
        const Decoded gif(std::string(std::istreambuf_iterator<char>(file), {}));
        REQUIRE(gif.size == std::pair{width, height});
        const std::vector<Color>& theirs = gif.frames.at(0);
        picture.draw(canvas, recorded_state(frame));
        const std::vector<Color>& ours = canvas.pixels();
        double difference = 0;
        int differing = 0;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            difference += std::abs(ours[i].red - theirs[i].red) +
                          std::abs(ours[i].green - theirs[i].green) +
                          std::abs(ours[i].blue - theirs[i].blue);
            differing += ours[i] != theirs[i];
        }
        // SDL_gfx smooths the edges of pole and axle differently: about a pixel per row along 2 x
        // 130 rows of the pole may differ. A pole that is off by a pixel has a difference of 0.05.
        CHECK(differing < 300);
        CHECK(difference / (3.0 * width * height) < 0.012);
    }
}

TEST_CASE("a pole one pixel aside would be noticed", "[render]") {
    PixelCanvas canvas(width, height);
    const EnvironmentPicture picture("CartPole-v1");
    double difference = 0;
    picture.draw(canvas, std::vector<double>{0, 0, 0.05, 0});
    const auto here = canvas.pixels();
    picture.draw(canvas, std::vector<double>{0.008, 0, 0.05, 0});  // 125 pixels per meter
    const auto& there = canvas.pixels();
    for (std::size_t i = 0; i < here.size(); ++i)
        difference += std::abs(here[i].red - there[i].red) +
                      std::abs(here[i].green - there[i].green) +
                      std::abs(here[i].blue - there[i].blue);
    CHECK(difference / (3.0 * width * height) > 0.05);
}

TEST_CASE("a GIF holds the frames that were drawn", "[render]") {
    // A few colors, all exact.
    const auto draw = [](std::int64_t frame) {
        std::vector<Color> pixels(30 * 20, white);
        pixels[static_cast<std::size_t>(frame) * 31] = {202, 152, 101};
        return pixels;
    };
    const std::string text = encode_gif({30, 20, 3, 7, draw});
    CHECK(text.find("NETSCAPE2.0") != std::string::npos);
    const Decoded gif(text);
    CHECK(gif.size == std::pair{30, 20});
    CHECK(gif.delays == std::vector{7, 7, 7});
    REQUIRE(gif.frames.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(gif.frames[i] == draw(static_cast<std::int64_t>(i)));
}

TEST_CASE("of more than 256 colors the most frequent are exact, the others near", "[render]") {
    const auto draw = [](std::int64_t) {
        std::vector<Color> pixels(1000, Color{10, 20, 30});
        for (std::size_t i = 0; i < 400; ++i) {
            const auto level = static_cast<std::uint8_t>(i / 2);
            pixels[i] = {level, static_cast<std::uint8_t>(100 + i % 2), 0};
        }
        return pixels;
    };
    const Decoded gif(encode_gif({100, 10, 1, 2, draw}));
    const auto wanted = draw(0);
    CHECK(std::equal(wanted.begin() + 400, wanted.end(), gif.frames[0].begin() + 400));
    int farthest = 0;
    for (std::size_t i = 0; i < 400; ++i)
        farthest = std::max(farthest, std::abs(wanted[i].red - gif.frames[0][i].red));
    // 255 of 400 shades are kept; the 145 others are neighbors, and become the last one kept.
    CHECK(farthest <= 73);
}

// The number of pixels that a shape covers, with partly covered ones counted in part.
double covered(const PixelCanvas& canvas) {
    double sum = 0;
    for (const Color& c : canvas.pixels()) sum += 1 - c.red / 255.0;
    return sum;
}

TEST_CASE("classic control is drawn, each state in its own way", "[render]") {
    const std::pair<const char*, std::vector<std::vector<double>>> cases[] = {
        {"MountainCar-v0", {{-0.5, 0}, {0.4, 0}}},
        {"MountainCarContinuous-v0", {{-0.5, 0}, {0.4, 0}}},
        {"Pendulum-v1", {{0, 0}, {1, 0}}},
        {"Acrobot-v1", {{0, 0, 0, 0}, {1, -0.5, 0, 0}}}};
    for (const auto& [id, states] : cases) {
        CAPTURE(id);
        const EnvironmentPicture picture(id);
        PixelCanvas first = picture.canvas(), second = picture.canvas();
        picture.draw(first, states[0]);
        picture.draw(second, states[1]);
        CHECK(first.pixels() != second.pixels());
        // At least a few hundred pixels, and by far not all.
        for (const PixelCanvas* canvas : {&first, &second}) {
            const auto drawn =
                std::ranges::count_if(canvas->pixels(), [](const Color& c) { return c != white; });
            CHECK(drawn > 500);
            CHECK(drawn < std::ssize(canvas->pixels()) / 10);
        }
    }
    // An upright pendulum points up from the center.
    const EnvironmentPicture pendulum("Pendulum-v1");
    PixelCanvas canvas = pendulum.canvas();
    pendulum.draw(canvas, {0, 0});
    CHECK(canvas.pixels()[200 * 500 + 250] != white);
    CHECK(canvas.pixels()[300 * 500 + 250] == white);
}

TEST_CASE("lines are as long and wide as they should be", "[render]") {
    PixelCanvas canvas(100, 100);
    canvas.line({10, 20}, {70, 20}, 4, black);
    CHECK(covered(canvas) == Approx(240).epsilon(1e-3));
    canvas.line({10, 40}, {70, 85}, 2, black);
    CHECK(covered(canvas) == Approx(240 + 150).epsilon(1e-2));
    canvas.line({5, 5}, {5, 5}, 9, black);
    CHECK(covered(canvas) == Approx(390).epsilon(1e-2));
}

TEST_CASE("shapes cover their areas, whichever way round their corners go", "[render]") {
    PixelCanvas canvas(100, 100);
    canvas.circle({50.3, 49.8}, 30, black);
    CHECK(covered(canvas) == Approx(900 * std::numbers::pi).epsilon(1e-3));

    const Point turned[] = {{50, 10}, {90, 50}, {50, 90}, {10, 50}};
    std::vector<Point> corners(std::begin(turned), std::end(turned));
    for (int way = 0; way < 2; ++way) {
        canvas.clear(white);
        canvas.polygon(corners, black);
        CHECK(covered(canvas) == Approx(3200).epsilon(1e-3));
        std::ranges::reverse(corners);
    }

    canvas.clear(white);
    canvas.rectangle(10, 20, 30.25, 40, black);
    CHECK(covered(canvas) == Approx(1210).epsilon(1e-3));
    CHECK(canvas.pixels()[20 * 100 + 10] == black);
    CHECK(canvas.pixels()[20 * 100 + 9] == white);
    CHECK(canvas.pixels()[19 * 100 + 10] == white);
}

TEST_CASE("what lies beyond the canvas is not drawn", "[render]") {
    PixelCanvas canvas(20, 10);
    canvas.rectangle(-1e9, -5, 1e9 + 3, 100, black);
    canvas.circle({-50, 1e12}, 20, black);
    CHECK(covered(canvas) == 30);
}

TEST_CASE("a board shows its cells, and who walks there", "[render]") {
    const BoardPicture picture{{".~", "AW", ".."}};
    REQUIRE(picture.cell() == 64);
    PixelCanvas canvas(picture.width(), picture.height());
    picture.draw(canvas, std::vector<double>{3});
    const auto& pixels = canvas.pixels();
    const auto at = [&](int x, int y) { return pixels[static_cast<std::size_t>(y * 128 + x)]; };
    CHECK(at(5, 5) == at(5, 133));    // both are ground
    CHECK(at(5, 5) != at(69, 5));     // water
    CHECK(at(5, 69) != at(5, 5));     // an apple
    CHECK(at(63, 5) == white);        // the line between cells
    CHECK(at(96, 96) != at(69, 69));  // the agent stands on the wolf
    CHECK(at(32, 32) == at(5, 5));    // and nowhere else
    const BoardPicture wide{{std::string(200, '.')}};
    test::check_refused([&] { wide.cell(); }, {"200", "up to 160"});
}

}  // namespace
}  // namespace lockstep
