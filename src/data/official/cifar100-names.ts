/** @file The class names of CIFAR-100, in order of label. */

/** The 100 classes. Source: `fine_label_names.txt` of https://www.cs.toronto.edu/~kriz/cifar.html */
export const CIFAR100_FINE_NAMES: readonly string[] = [
  ..."apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly".split(" "),
  ..."camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup".split(" "),
  ..."dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower".split(" "),
  ..."leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid".split(" "),
  ..."otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray".split(" "),
  ..."road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar".split(" "),
  ..."sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle".split(" "),
  ..."wardrobe whale willow_tree wolf woman worm".split(" "),
];

/** The 20 kinds of classes. Source: `coarse_label_names.txt` of https://www.cs.toronto.edu/~kriz/cifar.html */
export const CIFAR100_COARSE_NAMES: readonly string[] = [
  "aquatic_mammals",
  "fish",
  "flowers",
  "food_containers",
  "fruit_and_vegetables",
  "household_electrical_devices",
  "household_furniture",
  "insects",
  "large_carnivores",
  "large_man-made_outdoor_things",
  "large_natural_outdoor_scenes",
  "large_omnivores_and_herbivores",
  "medium_mammals",
  "non-insect_invertebrates",
  "people",
  "reptiles",
  "small_mammals",
  "trees",
  "vehicles_1",
  "vehicles_2",
];
