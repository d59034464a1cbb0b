// The distance between a polygon and an edge (b2Distance.cpp of Box2D 2.3: GJK with Voronoi regions
// and barycentric coordinates).
//
// Must not:  know motion, or rims.
// Invariant: the simplex that one query ends with begins the next, as in Box2D.
#pragma once

#include <limits>

#include <lockstep/detail/rigid_body/contact.hpp>

namespace lockstep::rigid_body {

template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> vertex_of(const Edge<Isa>& edge, const Words<Isa>& index) noexcept {
    return select(index == 0U, edge.first, edge.second);
}
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE Vec2<Isa> corner_of(const Words<Isa>& index) noexcept {
    Vec2<Isa> corner(Shape::corner[0]);
    for (unsigned i = 1; i < corners<Shape>; ++i)
        corner = select(index == i, Vec2<Isa>(Shape::corner[i]), corner);
    return corner;
}
// The vertex that lies farthest in a direction.
template <class Isa>
LOCKSTEP_INLINE Words<Isa> farthest(const Edge<Isa>& edge, const Vec2<Isa>& way) noexcept {
    return select(dot(edge.second, way) > dot(edge.first, way), Words<Isa>(1U), Words<Isa>(0U));
}
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE Words<Isa> farthest(const Vec2<Isa>& way) noexcept {
    Words<Isa> best(0U);
    Floats<Isa> most = dot(Vec2<Isa>(Shape::corner[0]), way);
    for (unsigned i = 1; i < corners<Shape>; ++i) {
        const Floats<Isa> value = dot(Vec2<Isa>(Shape::corner[i]), way);
        const auto more = value > most;
        best = select(more, Words<Isa>(i), best);
        most = select(more, value, most);
    }
    return best;
}

// What a query leaves to the next one.
template <class Isa>
struct SimplexCache {
    Words<Isa> count;
    Words<Isa> on_edge[3], on_polygon[3];
    Floats<Isa> metric;
};

namespace detail {

template <class Isa>
struct SimplexVertex {
    Vec2<Isa> on_edge, on_polygon, w;  // w: from the former to the latter
    Floats<Isa> share;                 // barycentric coordinate of the closest point
    Words<Isa> edge_index, polygon_index;
};
template <class Isa>
LOCKSTEP_INLINE SimplexVertex<Isa> select(const Mask<Isa>& here, const SimplexVertex<Isa>& yes,
                                          const SimplexVertex<Isa>& no) noexcept {
    return {select(here, yes.on_edge, no.on_edge),
            select(here, yes.on_polygon, no.on_polygon),
            select(here, yes.w, no.w),
            select(here, yes.share, no.share),
            select(here, yes.edge_index, no.edge_index),
            select(here, yes.polygon_index, no.polygon_index)};
}

template <class Isa>
struct Simplex {
    SimplexVertex<Isa> v[3];
    Words<Isa> count;

    LOCKSTEP_INLINE Floats<Isa> metric() const noexcept {
        using F = Floats<Isa>;
        const F two = length(v[0].w - v[1].w), three = cross(v[1].w - v[0].w, v[2].w - v[0].w);
        return select(count == 3U, three, select(count == 2U, two, F(0)));
    }
    LOCKSTEP_INLINE void solve2(const Mask<Isa>& here) noexcept {
        using F = Floats<Isa>;
        const Vec2<Isa> e = v[1].w - v[0].w;
        const F second = -dot(v[0].w, e), first = dot(v[1].w, e);
        const F inverse = 1 / (first + second);
        const auto only1 = here & (second <= 0), only2 = here & ~only1 & (first <= 0);
        const auto both = here & ~only1 & ~only2;
        v[0].share = select(both, first * inverse, select(only1, F(1), v[0].share));
        v[1].share = select(both, second * inverse, select(only2, F(1), v[1].share));
        v[0] = select(only2, v[1], v[0]);
        count = select(only1 | only2, Words<Isa>(1U), count);
    }
    LOCKSTEP_INLINE void solve3(const Mask<Isa>& here) noexcept {
        using F = Floats<Isa>;
        using W = Words<Isa>;
        const Vec2<Isa> w1 = v[0].w, w2 = v[1].w, w3 = v[2].w;
        const Vec2<Isa> e12 = w2 - w1, e13 = w3 - w1, e23 = w3 - w2;
        const F d12_1 = dot(w2, e12), d12_2 = -dot(w1, e12);
        const F d13_1 = dot(w3, e13), d13_2 = -dot(w1, e13);
        const F d23_1 = dot(w3, e23), d23_2 = -dot(w2, e23);
        const F n = cross(e12, e13);
        const F d1 = n * cross(w2, w3), d2 = n * cross(w3, w1), d3 = n * cross(w1, w2);

        auto left = here;
        const auto take = [&](const Mask<Isa>& condition) LOCKSTEP_LAMBDA {
            const auto taken = left & condition;
            left = left & ~taken;
            return taken;
        };
        const auto only1 = take((d12_2 <= 0) & (d13_2 <= 0));
        const auto is12 = take((d12_1 > 0) & (d12_2 > 0) & (d3 <= 0));
        const auto is13 = take((d13_1 > 0) & (d13_2 > 0) & (d2 <= 0));
        const auto only2 = take((d12_1 <= 0) & (d23_2 <= 0));
        const auto only3 = take((d13_1 <= 0) & (d23_1 <= 0));
        const auto is23 = take((d23_1 > 0) & (d23_2 > 0) & (d1 <= 0));
        const F i12 = 1 / (d12_1 + d12_2), i13 = 1 / (d13_1 + d13_2), i23 = 1 / (d23_1 + d23_2);
        const F i = 1 / (d1 + d2 + d3);
        const F one(1);
        v[0].share = select(
            only1, one,
            select(is12, d12_1 * i12, select(is13, d13_1 * i13, select(left, d1 * i, v[0].share))));
        v[1].share = select(
            only2, one,
            select(is12, d12_2 * i12, select(is23, d23_1 * i23, select(left, d2 * i, v[1].share))));
        v[2].share = select(
            only3, one,
            select(is13, d13_2 * i13, select(is23, d23_2 * i23, select(left, d3 * i, v[2].share))));
        count = select(only1 | only2 | only3, W(1U), select(is12 | is13 | is23, W(2U), count));
        const auto third = v[2];
        v[0] = select(only2, v[1], select(only3 | is23, third, v[0]));
        v[1] = select(is13, third, v[1]);
    }
    LOCKSTEP_INLINE Vec2<Isa> direction() const noexcept {
        const Vec2<Isa> e = v[1].w - v[0].w, away = -v[0].w;
        const Vec2<Isa> right = clockwise(e);
        return select(count == 1U, away, select(cross(e, away) > 0, -right, right));
    }
    // The distance between the closest points.
    LOCKSTEP_INLINE Floats<Isa> distance() const noexcept {
        const auto blend = [&](auto member) LOCKSTEP_LAMBDA {
            return v[0].share * v[0].*member + v[1].share * v[1].*member;
        };
        using V = SimplexVertex<Isa>;
        const auto one = count == 1U;
        const Vec2<Isa> a = select(one, v[0].on_edge, blend(&V::on_edge));
        const Vec2<Isa> b = select(one, v[0].on_polygon, blend(&V::on_polygon));
        return select(count == 3U, Floats<Isa>(0), length(a - b));
    }
};

}  // namespace detail

// The distance in the lanes of `here`; 0 where both overlap. An empty cache has count 0.
template <Polygon Shape, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] Floats<Isa> distance(const Edge<Isa>& edge, const Pose<Isa>& pose,
                                                       const Mask<Isa>& here,
                                                       SimplexCache<Isa>& cache) noexcept {
    using F = Floats<Isa>;
    using W = Words<Isa>;
    constexpr int max_iterations = 20;
    detail::Simplex<Isa> s;
    const auto vertex = [&](const W& a, const W& b, const F& share) LOCKSTEP_LAMBDA {
        detail::SimplexVertex<Isa> v;
        v.edge_index = a, v.polygon_index = b;
        v.on_edge = vertex_of(edge, a);
        v.on_polygon = placed(pose, corner_of<Shape, Isa>(b));
        v.w = v.on_polygon - v.on_edge;
        v.share = share;
        return v;
    };
    for (int i = 0; i < 3; ++i) s.v[i] = vertex(cache.on_edge[i], cache.on_polygon[i], F(0));
    s.count = cache.count;
    const F metric = s.metric();
    const auto stale = (s.count > 1U) & ((metric < F(0.5F) * cache.metric) |
                                         (F(2) * cache.metric < metric) | (metric < epsilon));
    const auto fresh = stale | (s.count == 0U);
    s.v[0] = detail::select(fresh, vertex(W(0U), W(0U), F(1)), s.v[0]);
    s.count = select(fresh, W(1U), s.count);

    auto active = here;
    for (int iteration = 0; iteration < max_iterations && any(active); ++iteration) {
        const auto before = s;
        const auto three = active & (s.count == 3U);
        const auto two = active & (s.count == 2U);
        if (any(two)) s.solve2(two);
        if (any(three)) s.solve3(three);
        active = active & (s.count != 3U);
        const Vec2<Isa> way = s.direction();
        active = active & ~(dot(way, way) < epsilon * epsilon);
        const auto added =
            vertex(farthest(edge, -way), farthest<Shape>(rotated_back(pose.turn, way)), F(0));
        auto known = Mask<Isa>::none();
        for (unsigned i = 0; i < 3; ++i) {
            known = known | ((before.count > i) & (before.v[i].edge_index == added.edge_index) &
                             (before.v[i].polygon_index == added.polygon_index));
        }
        active = active & ~known;
        for (unsigned i = 1; i < 3; ++i)
            s.v[i] = detail::select(active & (s.count == i), added, s.v[i]);
        s.count = select(active, s.count + 1U, s.count);
    }
    cache.count = select(here, s.count, cache.count);
    cache.metric = select(here, s.metric(), cache.metric);
    for (int i = 0; i < 3; ++i) {
        cache.on_edge[i] = select(here, s.v[i].edge_index, cache.on_edge[i]);
        cache.on_polygon[i] = select(here, s.v[i].polygon_index, cache.on_polygon[i]);
    }
    return s.distance();
}

}  // namespace lockstep::rigid_body
