#include <lockstep/tools/render/canvas.hpp>

#include <cairo.h>

#include <cstring>
#include <new>
#include <numbers>

namespace lockstep {

struct Canvas::Drawing {
    Drawing(int width, int height)
        : surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
          context(cairo_create(surface)) {}
    ~Drawing() {
        cairo_destroy(context);
        cairo_surface_destroy(surface);
    }
    Drawing(const Drawing&) = delete;
    Drawing& operator=(const Drawing&) = delete;

    void choose(Colour c) const {
        cairo_set_source_rgb(context, c.red / 255.0, c.green / 255.0, c.blue / 255.0);
    }

    cairo_surface_t* surface;
    cairo_t* context;
};

Canvas::Canvas(int width, int height)
    : width_(width), height_(height), drawing_(std::make_unique<Drawing>(width, height)) {
    if (cairo_status(drawing_->context) != CAIRO_STATUS_SUCCESS) throw std::bad_alloc();
    cairo_set_antialias(drawing_->context, CAIRO_ANTIALIAS_BEST);
}
Canvas::~Canvas() = default;

void Canvas::clear(Colour colour) {
    drawing_->choose(colour);
    cairo_paint(drawing_->context);
}

void Canvas::polygon(std::span<const Point> corners, Colour colour, double border) {
    cairo_t* context = drawing_->context;
    for (const Point& corner : corners) cairo_line_to(context, corner.x, corner.y);
    cairo_close_path(context);
    cairo_push_group_with_content(context, CAIRO_CONTENT_ALPHA);
    cairo_set_operator(context, CAIRO_OPERATOR_ADD);
    cairo_fill_preserve(context);
    cairo_set_line_width(context, border);
    if (border > 0) cairo_stroke_preserve(context);
    cairo_pattern_t* mask = cairo_pop_group(context);
    drawing_->choose(colour);
    cairo_mask(context, mask);
    cairo_pattern_destroy(mask);
    cairo_new_path(context);
}

void Canvas::rectangle(double x, double y, double width, double height, Colour colour) {
    drawing_->choose(colour);
    cairo_rectangle(drawing_->context, x, y, width, height);
    cairo_fill(drawing_->context);
}

void Canvas::circle(Point centre, double radius, Colour colour) {
    drawing_->choose(colour);
    cairo_arc(drawing_->context, centre.x, centre.y, radius, 0, 2 * std::numbers::pi);
    cairo_fill(drawing_->context);
}

std::vector<Colour> Canvas::pixels() const {
    cairo_surface_flush(drawing_->surface);
    const unsigned char* row = cairo_image_surface_get_data(drawing_->surface);
    const int stride = cairo_image_surface_get_stride(drawing_->surface);
    std::vector<Colour> pixels;
    pixels.reserve(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
    for (int y = 0; y < height_; ++y, row += stride) {
        for (int x = 0; x < width_; ++x) {
            std::uint32_t word = 0;
            std::memcpy(&word, row + 4 * x, sizeof word);
            pixels.push_back({static_cast<std::uint8_t>(word >> 16U),
                              static_cast<std::uint8_t>(word >> 8U),
                              static_cast<std::uint8_t>(word)});
        }
    }
    return pixels;
}

}  // namespace lockstep
