
#include "tools/pictures/gif.hpp"

#include <fmt/format.h>
#include <gif_lib.h>

#include <algorithm>
#include <map>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <utility>

#include "engine/memory/hash.hpp"

namespace lockstep {
namespace {

constexpr std::size_t max_colors = 256;

void check(int status) {
    if (status != GIF_OK) throw std::runtime_error("the GIF cannot be encoded");
}

// A comment that identifies a picture of ours as unchanged: a checksum of all bytes before it.
std::string comment(std::string_view before) {
    Hash hash;
    hash.add(std::span(before));
    return fmt::format("lockstep render {:016x}", hash.value());
}

int distance(Color a, Color b) {
    const int red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;
    return red * red + green * green + blue * blue;
}

class Palette {
public:
    explicit Palette(const Animation& animation) {
        std::map<Color, std::int64_t> covered;
        for (std::int64_t i = 0; i < animation.frames; ++i) count(animation.draw(i), covered);
        std::vector<std::pair<std::int64_t, Color>> order;
        order.reserve(covered.size());
        for (const auto& [color, pixels] : covered) order.emplace_back(-pixels, color);
        std::ranges::sort(order);
        order.resize(std::min(order.size(), max_colors));
        for (const auto& [pixels, color] : order) colors_.push_back(color);
    }

    const std::vector<Color>& colors() const { return colors_; }

    std::vector<GifPixelType> indices(const std::vector<Color>& pixels) {
        std::vector<GifPixelType> indices;
        indices.reserve(pixels.size());
        for (std::size_t i = 0; i < pixels.size(); ++i)
            indices.push_back(i > 0 && pixels[i] == pixels[i - 1] ? indices[i - 1]
                                                                  : index(pixels[i]));
        return indices;
    }

private:
    static void count(const std::vector<Color>& pixels, std::map<Color, std::int64_t>& covered) {
        for (std::size_t i = 0; i < pixels.size();) {
            const std::size_t from = i;
            while (i < pixels.size() && pixels[i] == pixels[from]) ++i;
            covered[pixels[from]] += static_cast<std::int64_t>(i - from);
        }
    }
    GifPixelType index(Color color) {
        const auto [known, is_new] = known_.try_emplace(color);
        if (is_new) {
            const auto nearest =
                std::ranges::min_element(colors_, {}, [&](Color c) { return distance(c, color); });
            known->second = static_cast<GifPixelType>(nearest - colors_.begin());
        }
        return known->second;
    }

    std::vector<Color> colors_;
    std::map<Color, GifPixelType> known_;
};

// A GIF being written into a string.
class Writer {
public:
    explicit Writer(const Animation& animation) : animation_(animation), palette_(animation) {
        gif_ = EGifOpen(&text_, append, nullptr);
        if (gif_ == nullptr) throw std::bad_alloc();
        const std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)> map(
            GifMakeMapObject(max_colors, nullptr), GifFreeMapObject);
        if (!map) throw std::bad_alloc();
        for (std::size_t i = 0; i < palette_.colors().size(); ++i) {
            const Color c = palette_.colors()[i];
            map->Colors[i] = {c.red, c.green, c.blue};
        }
        EGifSetGifVersion(gif_, true);
        check(EGifPutScreenDesc(gif_, animation.width, animation.height, 8, 0, map.get()));
        put_repetition();
    }
    ~Writer() {
        if (gif_ != nullptr) EGifCloseFile(gif_, nullptr);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void put(const std::vector<Color>& pixels) {
        const GraphicsControlBlock control{DISPOSE_DO_NOT, false, animation_.centiseconds,
                                           NO_TRANSPARENT_COLOR};
        GifByteType bytes[4];
        EGifGCBToExtension(&control, bytes);
        check(EGifPutExtension(gif_, GRAPHICS_EXT_FUNC_CODE, sizeof bytes, bytes));
        check(EGifPutImageDesc(gif_, 0, 0, animation_.width, animation_.height, false, nullptr));
        std::vector<GifPixelType> indices = palette_.indices(pixels);
        check(EGifPutLine(gif_, indices.data(), static_cast<int>(indices.size())));
    }
    std::string finish() {
        check(EGifPutComment(gif_, comment(text_).c_str()));
        check(EGifCloseFile(std::exchange(gif_, nullptr), nullptr));
        return std::move(text_);
    }

private:
    static int append(GifFileType* gif, const GifByteType* bytes, int count) {
        const auto* letters = reinterpret_cast<const char*>(bytes);
        static_cast<std::string*>(gif->UserData)->append(letters, static_cast<std::size_t>(count));
        return count;
    }
    // The loop extension that browsers understand: 0 means forever.
    void put_repetition() {
        const GifByteType times[] = {1, 0, 0};
        check(EGifPutExtensionLeader(gif_, APPLICATION_EXT_FUNC_CODE));
        check(EGifPutExtensionBlock(gif_, 11, "NETSCAPE2.0"));
        check(EGifPutExtensionBlock(gif_, sizeof times, times));
        check(EGifPutExtensionTrailer(gif_));
    }

    const Animation& animation_;
    Palette palette_;
    std::string text_;
    GifFileType* gif_ = nullptr;
};

}  // namespace

std::string encode_gif(const Animation& animation) {
    Writer writer(animation);
    for (std::int64_t i = 0; i < animation.frames; ++i) writer.put(animation.draw(i));
    return writer.finish();
}

bool is_encoded(std::string_view gif) {
    // An extension of one block (GIF89a, 24), and the trailer.
    const std::string sample = comment({});
    const std::size_t ending = sample.size() + 5;
    if (gif.size() < ending) return false;
    const std::string_view before = gif.substr(0, gif.size() - ending);
    const auto length = static_cast<char>(sample.size());
    return gif.substr(before.size()) ==
           std::string("\x21\xFE") + length + comment(before) + std::string("\0;", 2);
}

}  // namespace lockstep
