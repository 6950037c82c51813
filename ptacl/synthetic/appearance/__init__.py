"""Random appearance of a simulated cine: the same heart as another scanner would show it.

`cohort.simulate_subject` gives all cines one appearance, that of one sequence in one chest. A
network trained on it knows no other. With ``appearance="random"`` everything that carries no
information about the heart is drawn afresh:

- brightness of blood, muscle, fat and the organs, blood brighter or darker over the beat
- surroundings: borders of the organs, vessels, regions without a name (`surroundings`)
- trabeculae as a ring between blood and muscle, papillary muscles or none, streaks in the right
  ventricle, thickness of its wall and of the fat
- coils, bands, resolution, noise, ghosts, ends of the field of view, grey levels, and the number of
  phases, between which the frames are interpolated (`acquisition`)
- orientation: half of the images upright within about 20°, half turned by any angle, and half of
  these mirrored; position of the heart in the image

The heart itself, its volumes and the mm per pixel remain, since areas carry the volumes. All
numbers come from a stream of their own: neither the plain cine nor the ECG depends on them.
"""
