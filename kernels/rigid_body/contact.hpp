// Where a polygon touches an edge of the ground (b2CollideEdge.cpp of Box2D 2.3, for an edge without
// neighbors), and what of it one step leaves to the next.
//
// Must not:  know bodies' masses or velocities.
// Invariant: ids of contact points are those of Box2D, so that the same points keep their impulses.
#pragma once

#include <limits>

#include <lockstep/detail/rigid_body/body.hpp>

namespace lockstep::rigid_body {

// A straight piece of the ground, from left to right.
template <class Isa>
struct Edge {
    Vec2<Isa> first, second;
};

// Up to two points at which a polygon touches an edge. If `on_polygon`, normal and plane belong to
// a side of the polygon and the points to the edge; otherwise the other way round. What belongs to
// the polygon is in its coordinates.
template <class Isa>
struct Manifold {
    Words<Isa> count;  // 0, 1 or 2 points
    Mask<Isa> on_polygon;
    Vec2<Isa> normal, plane;
    Vec2<Isa> point[2];
    Words<Isa> id[2];  // 8 bits
};

namespace detail {

inline constexpr std::uint32_t vertex_feature = 0, face_feature = 1;  // of a contact id

// A contact id of Box2D (b2ContactFeature) in eight bits.
template <class Isa>
LOCKSTEP_INLINE Words<Isa> contact_id(const Words<Isa>& index_a, const Words<Isa>& index_b,
                                      const Words<Isa>& type_a, const Words<Isa>& type_b) noexcept {
    return index_a | (index_b << 3) | (type_a << 6) | (type_b << 7);
}

template <class Isa>
struct ClipPoint {
    Vec2<Isa> v;
    Words<Isa> index_a, index_b, type_a, type_b;
};
template <class Isa>
LOCKSTEP_INLINE ClipPoint<Isa> select(const Mask<Isa>& here, const ClipPoint<Isa>& yes,
                                      const ClipPoint<Isa>& no) noexcept {
    return {select(here, yes.v, no.v), select(here, yes.index_a, no.index_a),
            select(here, yes.index_b, no.index_b), select(here, yes.type_a, no.type_a),
            select(here, yes.type_b, no.type_b)};
}

// Cuts the segment at a line (b2ClipSegmentToLine). Returns where two points are left.
template <class Isa>
LOCKSTEP_INLINE Mask<Isa> clip(ClipPoint<Isa> (&segment)[2], const Vec2<Isa>& normal,
                               const Floats<Isa>& offset, const Words<Isa>& index) noexcept {
    const Floats<Isa> d0 = dot(normal, segment[0].v) - offset;
    const Floats<Isa> d1 = dot(normal, segment[1].v) - offset;
    const auto in0 = d0 <= 0, in1 = d1 <= 0, crossed = d0 * d1 < 0;
    const Floats<Isa> share = d0 / (d0 - d1);
    const ClipPoint<Isa> cut = {segment[0].v + share * (segment[1].v - segment[0].v), index,
                                segment[0].index_b, Words<Isa>(vertex_feature),
                                Words<Isa>(face_feature)};
    const ClipPoint<Isa> head = select(in0, segment[0], segment[1]);
    segment[1] = select(in0 & in1, segment[1], cut);
    segment[0] = head;
    return (in0 & in1) | ((in0 | in1) & crossed);
}

}  // namespace detail

// Where the polygon at `pose` touches the edge, in the lanes of `here`.
template <Polygon Shape, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] void collide(const Edge<Isa>& edge, const Pose<Isa>& pose,
                                               const Mask<Isa>& here, Manifold<Isa>& m) noexcept {
    using F = Floats<Isa>;
    using W = Words<Isa>;
    using P = Vec2<Isa>;
    constexpr int n = corners<Shape>;
    constexpr float radius = 2 * rim, most = std::numeric_limits<float>::max();

    const P along = normalized(edge.second - edge.first);
    const P upright = clockwise(along);
    const auto front = dot(upright, placed(pose, P(Shape::centroid)) - edge.first) >= 0;
    const P normal = select(front, upright, -upright);
    P corner[n];
    F edge_gap(most);
    for (int i = 0; i < n; ++i) {
        corner[i] = placed(pose, P(Shape::corner[i]));
        edge_gap = min(edge_gap, dot(normal, corner[i] - edge.first));
    }
    auto apart = ~here | (edge_gap > radius);
    m.count = W(0U);
    m.on_polygon = Mask<Isa>::none();
    if (all(apart)) return;
    P side[n];  // normals of the sides that begin in the corners
    for (int i = 0; i < n; ++i) side[i] = rotated(pose.turn, P(Shape::normal[i]));

    // The polygon's side that is farthest from the edge, among those that face it.
    F side_gap(-most);
    W best(0U);
    auto found = Mask<Isa>::none();
    for (int i = 0; i < n; ++i) {
        const P out = -side[i];
        const F gap = min(dot(out, corner[i] - edge.first), dot(out, corner[i] - edge.second));
        apart = apart | (gap > radius);
        const auto faces = ~(dot(out + normal, normal) < -angular_slop) & (gap > side_gap);
        side_gap = select(faces, gap, side_gap);
        best = select(faces, W(static_cast<std::uint32_t>(i)), best);
        found = found | faces;
    }
    if (all(apart)) return;
    m.on_polygon = found & (side_gap > F(0.98F) * edge_gap + 0.001F);

    // Where the edge is the face, the polygon's side that is most against it.
    F least = dot(normal, side[0]);
    W against(0U);
    for (int i = 1; i < n; ++i) {
        const F value = dot(normal, side[i]);
        const auto less = value < least;
        least = select(less, value, least);
        against = select(less, W(static_cast<std::uint32_t>(i)), against);
    }
    const W chosen = select(m.on_polygon, best, against);
    P first = corner[0], second = corner[1], out = side[0];
    P own_first(Shape::corner[0]), own_out(Shape::normal[0]);
    for (int i = 1; i < n; ++i) {
        const auto side_chosen = chosen == W(static_cast<std::uint32_t>(i));
        first = select(side_chosen, corner[i], first);
        second = select(side_chosen, corner[(i + 1) % n], second);
        out = select(side_chosen, side[i], out);
        own_first = select(side_chosen, P(Shape::corner[i]), own_first);
        own_out = select(side_chosen, P(Shape::normal[i]), own_out);
    }
    const W next = select(chosen == W(static_cast<std::uint32_t>(n - 1)), W(0U), chosen + 1U);

    // The face, and the segment that is clipped to it.
    const P face_first = select(m.on_polygon, first, select(front, edge.first, edge.second));
    const P face_second = select(m.on_polygon, second, select(front, edge.second, edge.first));
    const P face_normal = select(m.on_polygon, out, normal);
    const W face_index1 = select(m.on_polygon, chosen, select(front, W(0U), W(1U)));
    const W face_index2 = select(m.on_polygon, next, select(front, W(1U), W(0U)));
    const W type_a = select(m.on_polygon, W(detail::vertex_feature), W(detail::face_feature));
    const W type_b = select(m.on_polygon, W(detail::face_feature), W(detail::vertex_feature));
    detail::ClipPoint<Isa> segment[2] = {
        {select(m.on_polygon, edge.first, first), W(0U), chosen, type_a, type_b},
        {select(m.on_polygon, edge.second, second), W(0U), select(m.on_polygon, chosen, next),
         type_a, type_b}};
    const P sideways = clockwise(face_normal);
    apart = apart | ~detail::clip(segment, sideways, dot(sideways, face_first), face_index1);
    apart = apart | ~detail::clip(segment, -sideways, dot(-sideways, face_second), face_index2);

    m.normal = select(m.on_polygon, own_out, face_normal);
    m.plane = select(m.on_polygon, own_first, face_first);
    for (int i = 0; i < 2; ++i) {
        const auto& [v, index_a, index_b, a, b] = segment[i];
        const auto touches = ~apart & (dot(face_normal, v - face_first) <= radius);
        const P point = select(m.on_polygon, v, placed_back(pose, v));
        const W id = select(m.on_polygon, detail::contact_id(index_b, index_a, b, a),
                            detail::contact_id(index_a, index_b, a, b));
        const auto as_first = touches & (m.count == 0U);
        if (i == 0) {
            m.point[0] = m.point[1] = point;
            m.id[0] = m.id[1] = id;
        } else {
            m.point[0] = select(as_first, point, m.point[0]);
            m.id[0] = select(as_first, id, m.id[0]);
            m.point[1] = point;
            m.id[1] = id;
        }
        m.count = select(touches, m.count + 1U, m.count);
    }
}

}  // namespace lockstep::rigid_body
